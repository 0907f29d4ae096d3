// FastMCP's OAuthProvider: a proxy at which MCP clients register, and which itself is one client of makeshift.
import { start } from './server.mjs';
import { Browser } from './browser.mjs';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';

const server = await start();
const origin = 'http://localhost:8000';
const redirect_uri = 'http://localhost:8090/callback'; // of the MCP client
const skip = Number(process.versions.node.split('.')[0]) < 20 && 'the client wants Node.js 20';

async function proxy(clientSecret) {
  const { OAuthProvider } = await import('fastmcp');
  const provider = new OAuthProvider({
    authorizationEndpoint: `${server.issuer}/oauth/v2/authorize`,
    tokenEndpoint: `${server.issuer}/oauth/v2/token`,
    baseUrl: origin,
    clientId: 'demo-framework',
    clientSecret,
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    tokenEndpointAuthMethod: 'client_secret_post',
    consentRequired: false,
  });
  const made = provider.getProxy();
  after(() => made.destroy());
  return made;
}

// What an MCP client does at the proxy, and the proxy at makeshift: the end is the MCP client's token.
async function signIn(made) {
  const { client_id, client_secret } = await made.registerClient({ redirect_uris: [redirect_uri] });
  const code_verifier = randomBytes(32).toString('base64url');
  const asked = await made.authorize({
    client_id, redirect_uri, response_type: 'code', state: 'x', scope: 'openid profile email offline_access',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'), code_challenge_method: 'S256',
  });
  const { client: callback } = await new Browser().open(asked.headers.get('location'));
  assert.equal(callback.origin + callback.pathname, `${origin}/oauth/callback`);
  const back = await made.handleCallback(new Request(callback));
  const { searchParams } = new URL(back.headers.get('location'));
  assert.equal(searchParams.get('state'), 'x');
  const client = { client_id, client_secret };
  const tokens = await made.exchangeAuthorizationCode({
    ...client, grant_type: 'authorization_code', code: searchParams.get('code'), code_verifier, redirect_uri,
  });
  return { client, tokens };
}

async function whoami(made, token) {
  const { accessToken } = await made.loadUpstreamTokens(token);
  const answer = await fetch(`${server.issuer}/oauth/v2/oidc/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
  return answer.json();
}

test('FastMCP signs a user in for an MCP client, and refreshes', { skip }, async () => {
  const made = await proxy('demo-framework-secret-for-tests-only-0001');
  const { client, tokens } = await signIn(made);
  assert.equal((await whoami(made, tokens.access_token)).sub, '1001');
  const next = await made.exchangeRefreshToken({ ...client, grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.notEqual(next.access_token, tokens.access_token);
  assert.equal((await whoami(made, next.access_token)).email, 'olivia.owner@example.com');
});

test('FastMCP says that its secret is wrong', { skip }, async () => {
  await assert.rejects(signIn(await proxy('not-the-secret-of-demo-framework-0001')), { code: 'invalid_client' });
});
