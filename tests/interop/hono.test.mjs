// @hono/oidc-auth: its secret travels by HTTP Basic alone, so it needs --profile standard.
import { start } from './server.mjs';
import { Browser, setCookies } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { getAuth, initOidcAuthMiddleware, oidcAuthMiddleware, processOAuthCallback } from '@hono/oidc-auth';

const server = await start('--profile', 'standard');
const origin = 'http://localhost:3000';

// An application with one page, and the cookies of its one visitor.
function application(secret) {
  const cookies = new Map();
  const app = new Hono();
  app.use(initOidcAuthMiddleware({
    OIDC_AUTH_SECRET: 'what the package signs its cookies with',
    OIDC_ISSUER: server.issuer,
    OIDC_CLIENT_ID: 'demo-framework',
    OIDC_CLIENT_SECRET: secret,
    OIDC_REDIRECT_URI: `${origin}/callback`,
    OIDC_SCOPES: 'openid profile email offline_access',
  }));
  app.get('/callback', (context) => processOAuthCallback(context));
  app.use('*', oidcAuthMiddleware());
  app.get('/', async (context) => context.json(await getAuth(context)));
  app.onError((error, context) => context.json({ error: error.error ?? error.message, cause: error.cause?.error }, 500));
  return async (url) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const response = await app.request(new Request(new URL(url, origin), { headers: { cookie } }));
    for (const line of setCookies(response.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    return response;
  };
}

async function callBack(send) {
  const { client: callback } = await new Browser().open((await send('/')).headers.get('location'));
  assert.equal(callback.origin + callback.pathname, `${origin}/callback`);
  return send(callback);
}

test('@hono/oidc-auth signs in and shows the page to the user', async () => {
  const send = application('demo-framework-secret-for-tests-only-0001');
  const back = await callBack(send);
  assert.equal(back.headers.get('location'), `${origin}/`, await back.text());
  const user = await (await send('/')).json();
  assert.equal(user.sub, '1001');
});

test('@hono/oidc-auth lets nobody in when its secret is wrong', async () => {
  const send = application('not-the-secret-of-demo-framework-0001');
  const back = await callBack(send);
  assert.equal(back.status, 500);
  assert.equal((await send('/')).status, 302);
});
