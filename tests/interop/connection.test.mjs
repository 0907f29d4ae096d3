// makeshift as Make: a custom app's connection, run against an authorization server that others wrote.
import './server.mjs';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startReference } from './reference.mjs';

const folder = mkdtempSync(join(tmpdir(), 'connection-'));
after(() => rmSync(folder, { recursive: true }));
const store = join(folder, 'store.json');
const issuer = await startReference();

function connection() {
  const client = { client_id: '{{common.clientId}}', client_secret: '{{common.clientSecret}}' };
  const data = {
    accessToken: '{{body.access_token}}', refreshToken: '{{body.refresh_token}}', expires: '{{addSeconds(now, body.expires_in)}}',
  };
  const token = { url: `${issuer}/token`, method: 'POST', type: 'urlencoded', log: { sanitize: ['request.body', 'response.body'] } };
  return {
    authorize: {
      url: `${issuer}/auth`,
      temp: { verifier: '{{uuid}}{{uuid}}' },
      qs: {
        client_id: '{{common.clientId}}', response_type: 'code', scope: "{{join(distinct(oauth.scope), ' ')}}", redirect_uri: '{{oauth.makeRedirectUri}}',
        code_challenge: "{{base64url(sha256(temp.verifier, 'base64'))}}", code_challenge_method: 'S256', prompt: 'consent',
      },
      response: { temp: { code: '{{query.code}}' } },
    },
    token: {
      ...token,
      body: {
        grant_type: 'authorization_code', code: '{{temp.code}}', redirect_uri: '{{oauth.makeRedirectUri}}', code_verifier: '{{temp.verifier}}', ...client,
      },
      response: { data, expires: '{{addHours(now, 1)}}', error: '{{body.error}}: {{body.error_description}}' },
    },
    info: {
      url: `${issuer}/me`,
      headers: { Authorization: 'Bearer {{connection.accessToken}}' },
      response: { uid: '{{body.sub}}', metadata: { type: 'text', value: '{{body.name}}' } },
      log: { sanitize: ['request.headers.authorization'] },
    },
    refresh: {
      ...token,
      condition: '{{data.expires < addMinutes(now, 15)}}',
      body: { grant_type: 'refresh_token', refresh_token: '{{data.refreshToken}}', ...client },
      response: { data },
    },
    invalidate: { ...token, url: `${issuer}/token/revocation`, body: { token: '{{data.refreshToken}}', ...client } },
  };
}

// The steps that ran, and how it ended.
function run(made, ...options) {
  const file = join(folder, 'connection.json'), common = join(folder, 'common.json');
  writeFileSync(file, JSON.stringify(made));
  writeFileSync(common, JSON.stringify({ clientId: 'demo-custom-app', clientSecret: 'demo-custom-app-secret-for-tests-only-0001' }));
  const words = ['connection', 'run', file, '--common', common, '--scope', 'openid,profile offline_access', '--store', store, '--auto', '--json', ...options];
  return new Promise((resolve) => {
    execFile(process.env.MAKESHIFT_BIN, words, (error, stdout, stderr) => resolve({
      code: error ? error.code : 0, steps: stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line).step), stderr,
    }));
  });
}

const stored = () => JSON.parse(readFileSync(store, 'utf8'));

test('a connection connects with PKCE, refreshes with rotation, and is invalidated', async () => {
  assert.deepEqual(await run(connection()), { code: 0, steps: ['authorize', 'token', 'info'], stderr: '' });
  const first = stored();
  assert.deepEqual([first.uid, first.metadata], ['1001', { type: 'text', value: 'Olivia Owner' }]);
  assert.deepEqual(await run(connection(), '--refresh', 'when-due'), { code: 0, steps: ['refresh', 'info'], stderr: '' });
  assert.deepEqual(await run(connection(), '--refresh', 'now'), { code: 0, steps: ['refresh', 'info'], stderr: '' });
  const last = stored();
  assert.notEqual(last.data.refreshToken, first.data.refreshToken);
  assert.deepEqual(await run(connection(), '--invalidate'), { code: 0, steps: ['invalidate'], stderr: '' });
  writeFileSync(store, JSON.stringify(last));
  const gone = await run(connection(), '--refresh', 'now');
  assert.equal(gone.code, 14);
  assert.match(gone.stderr, /^step refresh \(\/refresh\): POST \S+ answered 400: \{"error":"invalid_grant"/);
});

test('a verifier of one uuid is refused there as well', async () => {
  const made = connection();
  made.authorize.temp.verifier = '{{uuid}}';
  const { code, stderr } = await run(made);
  assert.equal(code, 12);
  assert.match(stderr, /invalid_(request|grant)/);
});
