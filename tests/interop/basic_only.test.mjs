// Clients that send their secret by HTTP Basic alone: they need --profile standard, and nothing else.
import { start, clients, visit } from './server.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as arctic from 'arctic';
import ClientOAuth2 from 'client-oauth2';

const server = await start('--profile', 'standard');
const [web] = clients;
const authorize = `${server.issuer}/oauth/v2/authorize`;
const token = `${server.issuer}/oauth/v2/token`;
const scopes = ['openid', 'email', 'offline_access'];

test('arctic signs in with PKCE, refreshes and revokes', async () => {
  const client = new arctic.OAuth2Client(web.id, web.secret, web.redirectUri);
  const verifier = arctic.generateCodeVerifier();
  const asked = client.createAuthorizationURLWithPKCE(authorize, 'x', arctic.CodeChallengeMethod.S256, verifier, scopes);
  const back = await visit(asked);
  const tokens = await client.validateAuthorizationCode(token, back.searchParams.get('code'), verifier);
  assert.equal(arctic.decodeIdToken(tokens.idToken()).sub, '1001');
  const refreshed = await client.refreshAccessToken(token, tokens.refreshToken(), scopes);
  assert.notEqual(refreshed.refreshToken(), tokens.refreshToken());
  await client.revokeToken(`${server.issuer}/oauth/v2/revoke`, refreshed.refreshToken());
  await assert.rejects(client.refreshAccessToken(token, refreshed.refreshToken(), scopes), { code: 'invalid_grant' });
});

test('client-oauth2 signs in and refreshes', async () => {
  const client = new ClientOAuth2({
    clientId: web.id, clientSecret: web.secret, redirectUri: web.redirectUri, scopes,
    authorizationUri: authorize, accessTokenUri: token,
  });
  const back = await visit(client.code.getUri({ state: 'x' }));
  const tokens = await client.code.getToken(back.href, { state: 'x' });
  const refreshed = await tokens.refresh();
  assert.notEqual(refreshed.refreshToken, tokens.refreshToken);
});
