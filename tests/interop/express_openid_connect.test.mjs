// express-openid-connect: an application all of whose pages want a sign-in, at the callback path the package has.
import { start } from './server.mjs';
import { Browser } from './browser.mjs';
import { listen, olderThan20 } from './express.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';

const server = await start();

// An application with the one line beside issuer, client and secret that docs/clients.md names.
async function application(clientSecret) {
  const { default: { auth } } = await import('express-openid-connect');
  const app = express();
  const url = await listen(app);
  app.use(auth({
    baseURL: url,
    issuerBaseURL: server.issuer,
    clientID: 'demo-framework',
    clientSecret,
    clientAuthMethod: 'client_secret_post',
    secret: 'what the package signs its cookies with',
    authorizationParams: { response_type: 'code', scope: 'openid profile email offline_access' },
  }));
  app.get('/', async ({ oidc }, response) => {
    const before = oidc.refreshToken;
    const refreshed = await oidc.accessToken.refresh();
    response.json({
      claims: oidc.idTokenClaims, user: await oidc.fetchUserInfo(),
      refreshed: refreshed.access_token, rotated: oidc.refreshToken !== before,
    });
  });
  app.use((error, request, response, next) => response.status(error.status ?? 500).json({ error: error.error ?? error.message }));
  return url;
}

// The page asks for a sign-in, the server for nothing, and the application takes the code.
async function signIn(url) {
  const browser = new Browser();
  const { client: authorize } = await browser.open(`${url}/`);
  assert.equal(authorize.origin, server.issuer);
  const { client: callback } = await browser.open(authorize.href);
  assert.equal(callback.origin + callback.pathname, `${url}/callback`);
  return (await browser.open(callback.href)).response;
}

test('express-openid-connect signs in, refreshes and asks who it is', { skip: olderThan20 }, async () => {
  const url = await application('demo-framework-secret-for-tests-only-0001');
  const response = await signIn(url);
  const page = await response.json();
  assert.equal(response.status, 200, JSON.stringify(page));
  assert.equal(page.claims.iss, server.issuer);
  assert.equal(page.claims.sub, '1001');
  assert.equal(page.user.email, 'olivia.owner@example.com');
  assert.ok(page.refreshed);
  assert.equal(page.rotated, true);
});

test('express-openid-connect says that its secret is wrong', { skip: olderThan20 }, async () => {
  const response = await signIn(await application('not-the-secret-of-demo-framework-0001'));
  assert.equal(response.status, 400);
  assert.equal((await response.json()).error, 'invalid_client');
});
