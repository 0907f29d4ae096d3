// remix-auth-oauth2: its secret travels by HTTP Basic alone, so it needs --profile standard.
import { start } from './server.mjs';
import { Browser } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const server = await start('--profile', 'standard');
const origin = 'http://localhost:3000';
const skip = Number(process.versions.node.split('.')[0]) < 20 && 'the client wants Node.js 20';

// A strategy by the issuer's metadata; who signs in is who the tokens are of.
async function application(clientSecret) {
  const { OAuth2Strategy } = await import('remix-auth-oauth2');
  const { Authenticator } = await import('remix-auth');
  const settings = {
    clientId: 'demo-framework', clientSecret, redirectURI: `${origin}/callback`, scopes: ['openid', 'email', 'offline_access'],
  };
  const strategy = await OAuth2Strategy.discover(server.issuer, settings, async ({ tokens }) => tokens);
  return { strategy, authenticator: new Authenticator().use(strategy, 'makeshift') };
}

async function signIn({ authenticator }) {
  const begun = await authenticator.authenticate('makeshift', new Request(`${origin}/login`)).catch((thrown) => thrown);
  const { client: callback } = await new Browser().open(begun.headers.get('location'));
  const cookie = begun.headers.get('set-cookie').split(';')[0];
  return authenticator.authenticate('makeshift', new Request(callback, { headers: { cookie } }));
}

test('remix-auth-oauth2 signs in, refreshes and revokes', { skip }, async () => {
  const app = await application('demo-framework-secret-for-tests-only-0001');
  const tokens = await signIn(app);
  const next = await app.strategy.refreshToken(tokens.refreshToken());
  assert.notEqual(next.refreshToken(), tokens.refreshToken());
  const ask = () => fetch(`${server.issuer}/oauth/v2/oidc/userinfo`, { headers: { authorization: `Bearer ${next.accessToken()}` } });
  assert.equal((await (await ask()).json()).email, 'olivia.owner@example.com');
  await app.strategy.revokeToken(next.accessToken());
  assert.equal((await ask()).status, 401);
});

test('remix-auth-oauth2 says that its secret is wrong', { skip }, async () => {
  const app = await application('not-the-secret-of-demo-framework-0001');
  await assert.rejects(signIn(app), (error) => {
    assert.equal((error.cause ?? error).code, 'invalid_client');
    return true;
  });
});
