// openid-client, as its README shows it, with every check it has switched on.
import { start, visit, clients } from './server.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openid from 'openid-client';

const server = await start();

async function configure(client) {
  const config = await openid.discovery(
    new URL(server.issuer),
    client.id,
    undefined,
    client.secret ? openid.ClientSecretPost(client.secret) : openid.None(),
    { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
  );
  assert.equal(config.serverMetadata().issuer, server.issuer);
  return config;
}

async function signIn(config, client) {
  const verifier = openid.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    idTokenExpected: true,
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri,
    scope: client.scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return openid.authorizationCodeGrant(config, await visit(url), checks);
}

for (const client of clients) {
  test(`openid-client signs in, asks who it is, refreshes and revokes: ${client.kind}`, async () => {
    const config = await configure(client);
    const tokens = await signIn(config, client);
    const claims = tokens.claims();
    assert.equal(claims.sub, '1001');
    assert.equal(claims.aud, client.id);

    const user = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
    assert.equal(user.name, 'Olivia Owner');

    let last = tokens;
    assert.equal('refresh_token' in tokens, client.refreshes);
    if (client.refreshes) {
      last = await openid.refreshTokenGrant(config, tokens.refresh_token);
      assert.notEqual(last.refresh_token, tokens.refresh_token);
      assert.equal(last.claims().sub, claims.sub);
      await openid.fetchUserInfo(config, last.access_token, claims.sub);
    }

    await openid.tokenRevocation(config, last.access_token);
    await assert.rejects(openid.fetchUserInfo(config, last.access_token, claims.sub), (error) => {
      assert.equal(error.cause[0].parameters.error, 'invalid_token');
      return true;
    });
  });

  if (client.refreshes) {
    test(`openid-client is refused a refresh token used twice: ${client.kind}`, async () => {
      const config = await configure(client);
      const tokens = await signIn(config, client);
      const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
      for (const token of [tokens.refresh_token, next.refresh_token]) {
        await assert.rejects(openid.refreshTokenGrant(config, token), { error: 'invalid_grant' });
      }
    });
  }
}

// Follows the redirect as a browser does, fragment included.
async function land(url) {
  const answer = await fetch(url, { redirect: 'manual' });
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get('location'));
}

test('openid-client takes an ID token from the fragment', async () => {
  const client = clients[0];
  const config = await configure(client);
  openid.useIdTokenResponseType(config);
  const nonce = openid.randomNonce();
  const state = openid.randomState();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri, scope: 'openid profile', nonce, state,
  });
  const claims = await openid.implicitAuthentication(config, await land(url), nonce, {
    expectedState: state,
  });
  assert.equal(claims.sub, '1001');
  assert.equal(claims.name, 'Olivia Owner');
});

test('openid-client checks c_hash and both ID tokens of a hybrid answer', async () => {
  const client = clients[0];
  const config = await configure(client);
  openid.useCodeIdTokenResponseType(config);
  const checks = { expectedNonce: openid.randomNonce(), expectedState: openid.randomState() };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri, scope: client.scope, nonce: checks.expectedNonce,
    state: checks.expectedState,
  });
  const tokens = await openid.authorizationCodeGrant(config, await land(url), checks);
  assert.equal(tokens.claims().sub, '1001');
  await openid.fetchUserInfo(config, tokens.access_token, '1001');
});

test('openid-client reads a refusal at the authorization endpoint', async () => {
  const client = clients[0];
  const config = await configure(client);
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri,
    scope: 'openid no:such',
    state: 'a-state',
  });
  await assert.rejects(
    openid.authorizationCodeGrant(config, await visit(url), { expectedState: 'a-state' }),
    { error: 'invalid_scope' },
  );
});
