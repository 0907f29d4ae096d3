// oauth4webapi: the same ground without a framework around it, each answer processed by the library.
import { start, visit, clients } from './server.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';

const server = await start();
const insecure = { [oauth.allowInsecureRequests]: true };

async function discover(algorithm) {
  const issuer = new URL(server.issuer);
  const response = await oauth.discoveryRequest(issuer, { algorithm, ...insecure });
  return oauth.processDiscoveryResponse(issuer, response);
}

async function signIn(as, client, authentication) {
  const metadata = { client_id: client.id, require_auth_time: true };
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: client.id,
    redirect_uri: client.redirectUri,
    response_type: 'code',
    scope: client.scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const parameters = oauth.validateAuthResponse(as, metadata, await visit(url), state);
  const response = await oauth.authorizationCodeGrantRequest(
    as, metadata, authentication, parameters, client.redirectUri, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(as, metadata, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(as, response, insecure);
  return tokens;
}

async function userinfo(as, client, token, subject) {
  const response = await oauth.userInfoRequest(as, { client_id: client.id }, token, insecure);
  return oauth.processUserInfoResponse(as, { client_id: client.id }, subject, response);
}

async function refresh(as, client, authentication, token) {
  const metadata = { client_id: client.id };
  const response = await oauth.refreshTokenGrantRequest(as, metadata, authentication, token, insecure);
  return oauth.processRefreshTokenResponse(as, metadata, response);
}

async function revoke(as, client, authentication, token) {
  const metadata = { client_id: client.id };
  const response = await oauth.revocationRequest(as, metadata, authentication, token, insecure);
  return oauth.processRevocationResponse(response);
}

for (const algorithm of ['oidc', 'oauth2']) {
  test(`oauth4webapi discovers the server by ${algorithm}`, async () => {
    const as = await discover(algorithm);
    assert.equal(as.issuer, server.issuer);
    assert.deepEqual(as.code_challenge_methods_supported, ['S256']);
  });
}

for (const client of clients) {
  const authentication = client.secret ? oauth.ClientSecretPost(client.secret) : oauth.None();

  test(`oauth4webapi signs in, asks who it is, refreshes and revokes: ${client.kind}`, async () => {
    const as = await discover('oidc');
    const tokens = await signIn(as, client, authentication);
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);
    assert.equal(sub, '1001');
    assert.equal((await userinfo(as, client, tokens.access_token, sub)).sub, sub);

    assert.ok(tokens.refresh_token);
    const last = await refresh(as, client, authentication, tokens.refresh_token);
    await revoke(as, client, authentication, last.refresh_token);
    await assert.rejects(refresh(as, client, authentication, last.refresh_token),
      { error: 'invalid_grant' });
    await revoke(as, client, authentication, last.access_token);
    await assert.rejects(userinfo(as, client, last.access_token, sub), (error) => {
      assert.equal(error.cause[0].parameters.error, 'invalid_token');
      return true;
    });
  });

  // RFC 9068: what a resource server written by somebody else makes of the access token.
  test(`oauth4webapi accepts the JWT access token as a resource server: ${client.kind}`, async () => {
    const as = await discover('oidc');
    const tokens = await signIn(as, client, authentication);
    const [, payload] = tokens.access_token.split('.');
    const { aud } = JSON.parse(Buffer.from(payload, 'base64url'));
    const request = new Request('http://localhost/api', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const audience = Array.isArray(aud) ? aud[0] : aud;
    const claims = await oauth.validateJwtAccessToken(as, request, audience, insecure);
    assert.equal(claims.client_id, client.id);
  });
}
