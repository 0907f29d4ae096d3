// better-auth with its generic-oauth plugin: an application is a function of a Request.
import { start } from './server.mjs';
import { Browser, setCookies } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const server = await start();
const origin = 'http://localhost:3000';
const skip = Number(process.versions.node.split('.')[0]) < 20 && 'the client wants Node.js 20';

// An application, what it keeps, and the cookies of its one visitor.
async function application(clientSecret) {
  const { betterAuth } = await import('better-auth');
  const { memoryAdapter } = await import('better-auth/adapters/memory');
  const { genericOAuth } = await import('better-auth/plugins');
  const kept = { user: [], session: [], account: [], verification: [] };
  const auth = betterAuth({
    baseURL: origin,
    secret: 'what-the-package-signs-its-cookies-with-0001',
    database: memoryAdapter(kept),
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [genericOAuth({
      config: [{
        providerId: 'makeshift',
        discoveryUrl: `${server.issuer}/.well-known/openid-configuration`,
        clientId: 'demo-framework',
        clientSecret,
        scopes: ['openid', 'profile', 'email', 'offline_access'],
        pkce: true,
      }],
    })],
  });
  const cookies = new Map();
  const send = async (url, body) => {
    const headers = { origin, 'content-type': 'application/json', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
    const options = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await auth.handler(new Request(new URL(url, origin), { ...options, headers }));
    for (const line of setCookies(response.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    return response;
  };
  return { send, kept };
}

async function signIn({ send }) {
  const asked = await send('/api/auth/sign-in/social', { provider: 'makeshift', callbackURL: '/in', errorCallbackURL: '/out' });
  const { url } = await asked.json();
  const { client: callback } = await new Browser().open(url);
  assert.equal(callback.origin, origin);
  return { callback, location: (await send(callback)).headers.get('location') };
}

test('better-auth signs in, has a session and refreshes', { skip }, async () => {
  const app = await application('demo-framework-secret-for-tests-only-0001');
  const { callback, location } = await signIn(app);
  assert.match(location, /\/in$/);
  const { user } = await (await app.send('/api/auth/get-session')).json();
  assert.equal(user.email, 'olivia.owner@example.com');
  const [account] = app.kept.account;
  assert.equal(account.accountId, '1001');
  const first = account.refreshToken;
  const refreshed = await app.send('/api/auth/refresh-token', { accountId: account.id });
  const tokens = await refreshed.json();
  assert.equal(refreshed.status, 200, JSON.stringify(tokens));
  assert.notEqual(tokens.refreshToken, first);
});

test('better-auth signs nobody in when its secret is wrong', { skip }, async () => {
  const app = await application('not-the-secret-of-demo-framework-0001');
  const { location } = await signIn(app);
  assert.match(location, /\/out\?error=/);
  assert.deepEqual(app.kept.session, []);
});
