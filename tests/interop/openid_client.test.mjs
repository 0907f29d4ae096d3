// openid-client, as its README shows it, with every check it has switched on.
import { start, tenant, visit, clients } from './server.mjs';
import { Browser, signInAt } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openid from 'openid-client';

const server = await start();
const standard = await start('--profile', 'standard');

async function configure(client, issuer = server.issuer, algorithm = 'oidc') {
  const config = await openid.discovery(
    new URL(issuer),
    client.id,
    undefined,
    client.secret ? openid.ClientSecretPost(client.secret) : openid.None(),
    { algorithm, execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
  );
  assert.equal(config.serverMetadata().issuer, issuer);
  return config;
}

async function signIn(config, client) {
  const verifier = openid.randomPKCECodeVerifier();
  const checks = {
    pkceCodeVerifier: verifier,
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    idTokenExpected: true,
    maxAge: 600,
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri,
    scope: client.scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    max_age: String(checks.maxAge),
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return openid.authorizationCodeGrant(config, await signInAt(url), checks);
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

    assert.ok(tokens.refresh_token);
    const last = await openid.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(last.refresh_token, tokens.refresh_token);
    assert.equal(last.claims().sub, claims.sub);
    await openid.fetchUserInfo(config, last.access_token, claims.sub);

    await openid.tokenRevocation(config, last.access_token);
    await assert.rejects(openid.fetchUserInfo(config, last.access_token, claims.sub), (error) => {
      assert.equal(error.cause[0].parameters.error, 'invalid_token');
      return true;
    });
  });

  test(`openid-client is refused a refresh token used twice: ${client.kind}`, async () => {
    const config = await configure(client);
    const tokens = await signIn(config, client);
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
    for (const token of [tokens.refresh_token, next.refresh_token]) {
      await assert.rejects(openid.refreshTokenGrant(config, token), { error: 'invalid_grant' });
    }
  });
}

// OpenID Connect puts what discovery asks for behind the issuer's path, RFC 8414 3.1 before it.
for (const algorithm of ['oidc', 'oauth2']) {
  test(`openid-client finds a tenant, whose issuer has a path, and another is no help with its tokens: ${algorithm}`, async () => {
    const [client] = clients;
    const [one, other] = [await tenant(server), await tenant(server)];
    const config = await configure(client, one.issuer, algorithm);
    const tokens = await signIn(config, client);
    const { iss, sub } = tokens.claims();
    assert.equal(iss, one.issuer);
    assert.equal((await openid.fetchUserInfo(config, tokens.access_token, sub)).name, 'Olivia Owner');
    const last = await openid.refreshTokenGrant(config, tokens.refresh_token);

    const elsewhere = await configure(client, other.issuer, algorithm);
    await assert.rejects(openid.refreshTokenGrant(elsewhere, last.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(openid.fetchUserInfo(elsewhere, last.access_token, sub), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' });
    assert.equal((await openid.refreshTokenGrant(config, last.refresh_token)).claims().sub, sub);
  });
}

// The two response types with an ID token from the authorization endpoint: the fragment comes along.
async function front(config, client, more = {}) {
  const checks = { expectedNonce: openid.randomNonce(), expectedState: openid.randomState(), maxAge: 600 };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirectUri, scope: client.scope, nonce: checks.expectedNonce,
    state: checks.expectedState, max_age: '600', ...more,
  });
  return { checks, url };
}

test('openid-client takes an ID token from the fragment, with the claims of the scopes', async () => {
  const [client] = clients;
  const config = await configure(client);
  openid.useIdTokenResponseType(config);
  const { checks: { expectedNonce, ...checks }, url } = await front(config, client);
  const claims = await openid.implicitAuthentication(config, await signInAt(url), expectedNonce, checks);
  assert.equal(claims.sub, '1001');
  assert.equal(claims.name, 'Olivia Owner');
});

test('openid-client is not fooled by the ID token of another sign-in', async () => {
  const [client] = clients;
  const config = await configure(client);
  openid.useIdTokenResponseType(config);
  const { checks: { expectedNonce, ...checks }, url } = await front(config, client);
  url.searchParams.set('nonce', 'another');
  await assert.rejects(openid.implicitAuthentication(config, await signInAt(url), expectedNonce, checks),
    (error) => error.cause.cause.claim === 'nonce');
});

test('openid-client checks c_hash, at_hash and both ID tokens of a hybrid answer, refreshes and revokes', async () => {
  const [client] = clients;
  const config = await configure(client);
  openid.useCodeIdTokenResponseType(config);
  const { checks, url } = await front(config, client);
  const tokens = await openid.authorizationCodeGrant(config, await signInAt(url), checks);
  assert.equal(tokens.claims().sub, '1001');
  assert.equal((await openid.fetchUserInfo(config, tokens.access_token, '1001')).name, 'Olivia Owner');
  const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
  await openid.tokenRevocation(config, next.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), { error: 'invalid_grant' });
  await assert.rejects(openid.fetchUserInfo(config, next.access_token, '1001'));
});

test('openid-client takes both answers with an ID token as a form, too', async () => {
  const [client] = clients;
  for (const [use, grant] of [
    [openid.useIdTokenResponseType, openid.implicitAuthentication],
    [openid.useCodeIdTokenResponseType, openid.authorizationCodeGrant],
  ]) {
    const config = await configure(client);
    use(config);
    const { checks: { expectedNonce, ...checks }, url } = await front(config, client, { response_mode: 'form_post' });
    const { client: callback } = await new Browser().open(url);
    const request = new Request(client.redirectUri, { method: 'POST', body: callback.searchParams });
    const answer = grant === openid.implicitAuthentication
      ? await grant(config, request, expectedNonce, checks)
      : (await grant(config, request, { expectedNonce, ...checks })).claims();
    assert.equal(answer.sub, '1001');
  }
});

// The MCP issuer is an issuer like others: whoever knows its name registers, and signs in.
for (const algorithm of ['ES256', 'EdDSA']) {
  test(`openid-client registers with keys of its own, and checks ${algorithm} all the way`, async () => {
    const parameters = algorithm === 'ES256' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' };
    const { publicKey, privateKey } = await crypto.subtle.generateKey(parameters, true, ['sign', 'verify']);
    const jwk = { ...await crypto.subtle.exportKey('jwk', publicKey), kid: 'mine', alg: algorithm };
    const client = { redirectUri: 'http://localhost:4000/cb', scope: 'openid profile offline_access' };
    const config = await openid.dynamicClientRegistration(
      new URL(`${standard.issuer}/mcp`),
      {
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'private_key_jwt',
        id_token_signed_response_alg: algorithm,
        jwks: { keys: [jwk] },
      },
      openid.PrivateKeyJwt({ key: privateKey, kid: 'mine' }),
      { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
    );
    assert.equal(config.clientMetadata().client_secret, undefined);
    const tokens = await signIn(config, client);
    assert.equal(tokens.claims().iss, `${standard.issuer}/mcp`);
    assert.equal(JSON.parse(Buffer.from(tokens.id_token.split('.')[0], 'base64url')).alg, algorithm);
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token);
    await openid.tokenRevocation(config, next.refresh_token);
    await assert.rejects(openid.refreshTokenGrant(config, next.refresh_token), { error: 'invalid_grant' });
  });
}

test('openid-client authenticates with Basic, introspects and asks for a token of its own', async () => {
  const metadata = {
    redirect_uris: ['http://localhost:4000/cb'],
    grant_types: ['authorization_code', 'client_credentials'],
    scope: 'scenarios:read',
  };
  const config = await openid.dynamicClientRegistration(
    new URL(`${standard.issuer}/mcp`), metadata, openid.ClientSecretBasic(), {
      execute: [openid.allowInsecureRequests],
    });
  assert.equal(config.clientMetadata().token_endpoint_auth_method, 'client_secret_basic');
  const tokens = await openid.clientCredentialsGrant(config, { scope: 'scenarios:read' });
  const told = await openid.tokenIntrospection(config, tokens.access_token);
  assert.equal(told.active, true);
  assert.equal(told.sub, config.clientMetadata().client_id);
  assert.equal(told.iss, `${standard.issuer}/mcp`);
  await openid.tokenRevocation(config, tokens.access_token);
  assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, false);
});

test('openid-client leads the browser out', async () => {
  const [client] = clients;
  const config = await openid.discovery(new URL(standard.issuer), client.id, undefined,
    openid.ClientSecretPost(client.secret), { execute: [openid.allowInsecureRequests] });
  const tokens = await signIn(config, client);
  const url = openid.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://localhost:3000/', state: 'a-state',
  });
  const { client: callback } = await new Browser().open(url);
  assert.equal(callback.href, 'http://localhost:3000/?state=a-state');
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
