// simple-oauth2: plain OAuth 2.0. What it does not do (PKCE's verifier, state, the ID token) its user does.
import { start, clients } from './server.mjs';
import { signInAt } from './browser.mjs';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import simpleOAuth2 from 'simple-oauth2';

const server = await start();

function application(client) {
  return new simpleOAuth2.AuthorizationCode({
    client: { id: client.id, secret: client.secret ?? '' },
    auth: {
      tokenHost: server.issuer,
      tokenPath: '/oauth/v2/token',
      authorizePath: '/oauth/v2/authorize',
      revokePath: '/oauth/v2/revoke',
    },
    options: { authorizationMethod: 'body' },
  });
}

async function signIn(oauth, client) {
  const verifier = randomBytes(32).toString('base64url');
  const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const callback = await signInAt(oauth.authorizeURL({
    redirect_uri: client.redirectUri,
    scope: client.scope.split(' '),
    state,
    nonce,
    max_age: 600,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }));
  assert.equal(callback.searchParams.get('state'), state);
  assert.equal(callback.searchParams.get('iss'), server.issuer);
  const access = await oauth.getToken({
    code: callback.searchParams.get('code'),
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
  });
  const [, payload] = access.token.id_token.split('.');
  assert.equal(JSON.parse(Buffer.from(payload, 'base64url')).nonce, nonce);
  return access;
}

function userinfo(access) {
  return fetch(`${server.issuer}/oauth/v2/oidc/userinfo`, {
    headers: { authorization: `Bearer ${access.token.access_token}` },
  });
}

// The library turns every refusal into an error with the answer in it.
function refused(promise, error) {
  return assert.rejects(promise, (thrown) => {
    assert.equal(thrown.output.statusCode, 400);
    assert.equal(thrown.data.payload.error, error);
    return true;
  });
}

for (const client of clients) {
  test(`simple-oauth2 signs in, asks who it is, refreshes and revokes: ${client.kind}`, async () => {
    const access = await signIn(application(client), client);
    assert.equal(access.expired(), false);
    assert.equal(access.expired(3600), true); // it has read expires_in
    assert.equal((await (await userinfo(access)).json()).sub, '1001');

    assert.ok(access.token.refresh_token);
    const last = await access.refresh();
    assert.notEqual(last.token.refresh_token, access.token.refresh_token);
    assert.equal((await userinfo(last)).status, 200);
    await last.revokeAll();
    await refused(last.refresh(), 'invalid_grant');
    assert.equal((await userinfo(last)).status, 401);
  });
}

test('simple-oauth2 asks for fewer scopes, and is refused more', async () => {
  const access = await signIn(application(clients[0]), clients[0]);
  const fewer = await access.refresh({ scope: ['openid', 'email'] });
  assert.deepEqual(fewer.token.scope.split(' ').sort(), ['email', 'openid']);
  await refused(fewer.refresh({ scope: ['openid', 'scenarios:write'] }), 'invalid_scope');
});
