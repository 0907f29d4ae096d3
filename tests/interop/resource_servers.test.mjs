// Resource servers of others: jwks-rsa brings the keys, express-oauth2-jwt-bearer guards the routes of an application.
import { signIn, start } from './server.mjs';
import { listen, olderThan20 } from './express.mjs';
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';

const server = await start();

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));

// A token of the same claims, but for one: its signature no longer holds.
function changed(token) {
  const [header, payload, signature] = token.split('.');
  const other = Buffer.from(JSON.stringify({ ...decode(payload), sub: '1002' })).toString('base64url');
  return [header, other, signature].join('.');
}

test('jwks-rsa finds the key that signed an access token, and no other', { skip: olderThan20 }, async () => {
  const { default: jwksRsa } = await import('jwks-rsa');
  const keys = jwksRsa({ jwksUri: `${server.issuer}/oauth/v2/oidc/jwks` });
  const { access_token: token } = await signIn(server);
  const [header, payload, signature] = token.split('.');
  const { kid } = decode(header);
  const key = createPublicKey((await keys.getSigningKey(kid)).getPublicKey());
  const holds = (text) => verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  assert.equal(decode(header).alg, 'RS256');
  assert.equal(holds(`${header}.${payload}`), true);
  assert.equal(holds(changed(token).split('.', 2).join('.')), false);
  await assert.rejects(keys.getSigningKey('no-such-key'), { name: 'SigningKeyNotFoundError' });
});

test('express-oauth2-jwt-bearer lets an access token in by the issuer alone, and holds it to its scope', async () => {
  const { access_token: token } = await signIn(server);
  const { aud } = decode(token.split('.')[1]);
  const application = express();
  application.use(auth({ issuerBaseURL: server.issuer, audience: aud, strict: true }));
  application.get('/read', requiredScopes('scenarios:read'), (request, response) => response.json(request.auth.payload));
  application.get('/write', requiredScopes('scenarios:write'), (request, response) => response.end());
  application.use((error, request, response, next) => response.status(error.status ?? 500).json({ code: error.code }));
  const url = await listen(application);
  const ask = (path, bearer) => fetch(url + path, { headers: { authorization: `Bearer ${bearer}` } });

  const answer = await ask('/read', token);
  const payload = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(payload));
  assert.equal(payload.sub, '1001');
  const refused = await ask('/write', token);
  assert.equal(refused.status, 403);
  assert.equal((await refused.json()).code, 'insufficient_scope');
  assert.equal((await ask('/read', changed(token))).status, 401);
});
