// makeshift as Make against npm's oauth2-mock-server, which tells what it was asked and answers as a test wants.
import './server.mjs';
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { OAuth2Server } from 'oauth2-mock-server';
import { connectionAt, workspace } from './connections.mjs';

const { run, store, told, stored } = workspace();
const mock = new OAuth2Server();
await mock.issuer.keys.generate('RS256');
await mock.start(0, 'localhost');
after(() => mock.stop());
const { url } = mock.issuer;
const connection = () => connectionAt({ authorize: `${url}/authorize`, token: `${url}/token`, info: `${url}/userinfo`, revoke: `${url}/revoke` });

// What the server is asked at this event, until the test ends.
function asked(t, event, change = () => {}) {
  const requests = [];
  const listener = (answer, request) => {
    requests.push(request);
    change(answer);
  };
  mock.service.on(event, listener);
  t.after(() => mock.service.off(event, listener));
  return requests;
}

test('a connection connects with PKCE, and keeps what the server says of the person', async (t) => {
  const infos = asked(t, 'beforeUserinfo', (answer) => { answer.body.name = 'John Doe'; });
  assert.deepEqual(await run(connection()), { code: 0, steps: ['authorize', 'token', 'info'], stderr: '' });
  const kept = stored();
  assert.deepEqual([kept.uid, kept.metadata], ['johndoe', { type: 'text', value: 'John Doe' }]);
  assert.equal(infos[0].headers.authorization, `Bearer ${kept.data.accessToken}`);
  const { sub, iss } = JSON.parse(Buffer.from(kept.data.accessToken.split('.')[1], 'base64url'));
  assert.deepEqual([sub, iss], ['johndoe', url]);
});

test('it refreshes with the token that came last, and not before it is due', async (t) => {
  assert.equal((await run(connection())).code, 0);
  const first = stored().data.refreshToken;
  assert.deepEqual((await run(connection(), '--refresh', 'when-due')).steps, ['info']);
  const tokens = asked(t, 'beforeResponse');
  assert.deepEqual((await run(connection(), '--refresh', 'when-due', '--clock', '+50m')).steps, ['refresh', 'info']);
  const second = stored().data.refreshToken;
  assert.deepEqual((await run(connection(), '--refresh', 'now')).steps, ['refresh', 'info']);
  assert.deepEqual(tokens.map(({ body }) => [body.grant_type, body.refresh_token]), [['refresh_token', first], ['refresh_token', second]]);
  assert.notEqual(second, first);
});

test('it is invalidated, and its data go', async (t) => {
  assert.equal((await run(connection())).code, 0);
  const { refreshToken } = stored().data;
  assert.ok(refreshToken);
  const revoked = asked(t, 'beforeRevoke');
  assert.deepEqual(await run(connection(), '--invalidate'), { code: 0, steps: ['invalidate'], stderr: '' });
  assert.equal(revoked.length, 1);
  assert.equal(existsSync(store), false);
});

test('a verifier that is none ends the token step there, too', async () => {
  const made = connection();
  made.authorize.temp.verifier = '{{uuid}}';
  const { code, stderr } = await run(made);
  assert.equal(code, 12);
  assert.match(stderr, /^step token \(\/token\): POST \S+ answered 400: .*Invalid 'code_verifier'/);
});

test('a verifier of another sign-in is refused', async () => {
  const made = connection();
  made.token.body.code_verifier = '{{temp.verifier}}x';
  const { code, stderr } = await run(made);
  assert.equal(code, 12);
  assert.match(stderr, /code_verifier provided does not match code_challenge/);
});

const refusals = [
  ['beforeResponse', 12, 'token', 400, { error: 'invalid_grant', error_description: 'The code is spent' }, '[400] invalid_grant: The code is spent'],
  ['beforeResponse', 12, 'token', 503, { error: 'temporarily_unavailable', error_description: 'Later' }, '[503] temporarily_unavailable: Later'],
  ['beforeUserinfo', 13, 'info', 401, 'Unauthorized', '[401] "Unauthorized"'],
];
for (const [event, code, step, statusCode, body, message] of refusals) {
  test(`a refusal of ${statusCode} ends ${step} with the server's words, and nothing is stored`, async (t) => {
    rmSync(store, { force: true });
    asked(t, event, (answer) => Object.assign(answer, { statusCode, body }));
    const ended = await run(connection());
    assert.equal(ended.code, code, ended.stderr);
    assert.ok(ended.stderr.startsWith(`step ${step} (/${step}): `), ended.stderr);
    assert.equal(told().at(-1).error.message, message);
    assert.equal(existsSync(store), false);
  });
}

test('a new answer without a refresh token leaves the old one', async (t) => {
  assert.equal((await run(connection())).code, 0);
  const first = stored().data;
  asked(t, 'beforeResponse', (answer) => { delete answer.body.refresh_token; });
  assert.equal((await run(connection(), '--refresh', 'now')).code, 0);
  assert.equal(stored().data.refreshToken, first.refreshToken);
});
