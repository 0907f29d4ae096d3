// A custom app's connection with PKCE at an authorization server, and makeshift to run it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

// `endpoints`: the URLs authorize, token, info and revoke.
export function connectionAt(endpoints) {
  const client = { client_id: '{{common.clientId}}', client_secret: '{{common.clientSecret}}' };
  const data = {
    accessToken: '{{body.access_token}}', refreshToken: '{{body.refresh_token}}', expires: '{{addSeconds(now, body.expires_in)}}',
  };
  const token = { url: endpoints.token, method: 'POST', type: 'urlencoded', log: { sanitize: ['request.body', 'response.body'] } };
  return {
    authorize: {
      url: endpoints.authorize,
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
      url: endpoints.info,
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
    invalidate: { ...token, url: endpoints.revoke, body: { token: '{{data.refreshToken}}', ...client } },
  };
}

// `run(connection, ...options)`: the steps that ran, and how it ended; `told()`: all that was told of them. `store` is the
// file, `stored()` what it holds.
export function workspace() {
  const folder = mkdtempSync(join(tmpdir(), 'connection-'));
  after(() => rmSync(folder, { recursive: true }));
  const store = join(folder, 'store.json');
  let lines = [];
  function run(made, ...options) {
    const file = join(folder, 'connection.json'), common = join(folder, 'common.json');
    writeFileSync(file, JSON.stringify(made));
    writeFileSync(common, JSON.stringify({ clientId: 'demo-custom-app', clientSecret: 'demo-custom-app-secret-for-tests-only-0001' }));
    const words = ['connection', 'run', file, '--common', common, '--scope', 'openid,profile offline_access', '--store', store, '--auto', '--json', ...options];
    return new Promise((resolve) => {
      execFile(process.env.MAKESHIFT_BIN, words, (error, stdout, stderr) => {
        lines = stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
        resolve({ code: error ? error.code : 0, steps: lines.map(({ step }) => step), stderr });
      });
    });
  }
  return { run, store, told: () => lines, stored: () => JSON.parse(readFileSync(store, 'utf8')) };
}
