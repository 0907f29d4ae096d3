// @auth/core, the core of Auth.js, next-auth and the others: an application is a function of a Request.
import { start } from './server.mjs';
import { Browser, setCookies } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Auth, skipCSRFCheck } from '@auth/core';

const server = await start();
const origin = 'http://localhost:3000';

// An application, and the cookies of its one visitor.
function application(clientSecret, settings = {}) {
  const cookies = new Map();
  const logged = [];
  const config = {
    secret: 'what the package encrypts its cookies with', trustHost: true, skipCSRFCheck, basePath: '/api/auth',
    logger: { error: (error) => logged.push(error) },
    providers: [{
      id: 'makeshift', name: 'makeshift', type: 'oidc', issuer: server.issuer,
      clientId: 'demo-framework', clientSecret, checks: ['pkce', 'state', 'nonce'],
      client: { token_endpoint_auth_method: 'client_secret_post' }, ...settings,
    }],
    callbacks: {
      jwt: ({ token, account, profile }) => (account ? { ...token, sub: profile.sub, bearer: account.access_token } : token),
      session: ({ session, token }) => ({ ...session, sub: token.sub, bearer: token.bearer }),
    },
  };
  const send = async (url, options = {}) => {
    const headers = { ...options.headers, cookie: [...cookies].map((pair) => pair.join('=')).join('; ') };
    const response = await Auth(new Request(new URL(url, origin), { ...options, headers }), config);
    for (const line of setCookies(response.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    return response;
  };
  return { send, logged };
}

async function signIn({ send }) {
  const asked = await send('/api/auth/signin/makeshift', {
    method: 'POST', body: new URLSearchParams({ callbackUrl: `${origin}/` }),
  });
  const { client: callback } = await new Browser().open(asked.headers.get('location'));
  assert.equal(callback.origin + callback.pathname, `${origin}/api/auth/callback/makeshift`);
  return (await send(callback)).headers.get('location');
}

test('Auth.js signs in, and its session holds the user and a token that is good', async () => {
  const app = application('demo-framework-secret-for-tests-only-0001');
  assert.equal(await signIn(app), `${origin}/`, app.logged.join());
  const session = await (await app.send('/api/auth/session')).json();
  assert.equal(session.sub, '1001');
  const who = await fetch(`${server.issuer}/oauth/v2/oidc/userinfo`, { headers: { authorization: `Bearer ${session.bearer}` } });
  assert.equal((await who.json()).sub, '1001');
});

test('Auth.js asks who it is where it is told not to take the ID token for that', async () => {
  const app = application('demo-framework-secret-for-tests-only-0001', { idToken: false });
  await signIn(app);
  const session = await (await app.send('/api/auth/session')).json();
  assert.equal(session.user.email, 'olivia.owner@example.com');
});

test('Auth.js has no session when its secret is wrong', async () => {
  const app = application('not-the-secret-of-demo-framework-0001');
  assert.match(await signIn(app), /error=/);
  assert.notEqual(app.logged.length, 0);
  assert.equal(await (await app.send('/api/auth/session')).json(), null);
});
