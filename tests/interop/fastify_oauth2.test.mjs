// @fastify/oauth2: an application with PKCE, at a callback path of its choice, and the issuer's own metadata.
import { start } from './server.mjs';
import { Browser } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const server = await start();
const origin = 'http://localhost:3000';
const skip = Number(process.versions.node.split('.')[0]) < 20 && 'fastify 5 wants Node.js 20';

// An application that answers at its callback with what it has learned; requests are injected, none is on a port.
async function application(secret) {
  const [{ default: fastify }, { default: oauth2 }] = [await import('fastify'), await import('@fastify/oauth2')];
  const app = fastify();
  await app.register(oauth2, {
    name: 'makeshift',
    scope: ['openid', 'email', 'offline_access'],
    credentials: { client: { id: 'demo-framework', secret }, options: { authorizationMethod: 'body' } },
    discovery: { issuer: server.issuer },
    pkce: 'S256',
    startRedirectPath: '/login',
    callbackUri: `${origin}/callback`,
  });
  app.get('/callback', async (request) => {
    const { token: first } = await app.makeshift.getAccessTokenFromAuthorizationCodeFlow(request);
    const { token } = await app.makeshift.getNewAccessTokenUsingRefreshToken(first, {});
    const user = await app.makeshift.userinfo(token.access_token);
    await app.makeshift.revokeToken(token, 'refresh_token');
    return { first, token, user };
  });
  app.setErrorHandler((error, request, reply) => reply.code(500).send(error.data?.payload ?? { error: error.message }));
  return app;
}

async function signIn(app) {
  const begun = await app.inject('/login');
  const cookies = Object.fromEntries(begun.cookies.map(({ name, value }) => [name, value]));
  const { client: callback } = await new Browser().open(begun.headers.location);
  assert.equal(callback.origin + callback.pathname, `${origin}/callback`);
  return app.inject({ url: callback.pathname + callback.search, cookies });
}

test('@fastify/oauth2 signs in, refreshes, asks who it is and revokes', { skip }, async () => {
  const answer = await signIn(await application('demo-framework-secret-for-tests-only-0001'));
  assert.equal(answer.statusCode, 200, answer.body);
  const { first, token, user } = answer.json();
  assert.equal(user.sub, '1001');
  assert.equal(user.email, 'olivia.owner@example.com');
  assert.notEqual(token.refresh_token, first.refresh_token);
});

test('@fastify/oauth2 says that its secret is wrong', { skip }, async () => {
  const answer = await signIn(await application('not-the-secret-of-demo-framework-0001'));
  assert.equal(answer.statusCode, 500);
  assert.equal(answer.json().error, 'invalid_client');
});
