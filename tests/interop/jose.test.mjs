// jose, as a resource server uses it: the keys by their address, and what each token must say.
import { clients, signIn, start } from './server.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const server = await start();
const [web] = clients;

const keys = createRemoteJWKSet(new URL(`${server.issuer}/oauth/v2/oidc/jwks`));

test('an access token is a JWT by RFC 9068, verified by the published keys', async () => {
  const { access_token: token } = await signIn(server);
  const { payload } = await jwtVerify(token, keys, { issuer: server.issuer, typ: 'at+jwt', requiredClaims: ['aud', 'exp', 'jti'] });
  assert.equal(payload.sub, '1001');
  assert.equal(payload.scope, 'openid scenarios:read');
});

test('an ID token is for its client', async () => {
  const { id_token: token } = await signIn(server);
  const { payload } = await jwtVerify(token, keys, { issuer: server.issuer, audience: web.id });
  assert.equal(payload.sub, '1001');
});

test('a token with a changed letter is refused', async () => {
  const { access_token: token } = await signIn(server);
  const [header, , signature] = token.split('.');
  const other = Buffer.from(JSON.stringify({ sub: '1002' })).toString('base64url');
  await assert.rejects(jwtVerify(`${header}.${other}.${signature}`, keys), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
});
