// @modelcontextprotocol/sdk: from the URL of the MCP server alone it finds the authorization server, registers
// itself, sends the person to it and comes back with a token for that one resource.
import { start, startWith, tenant } from './server.mjs';
import { signInAt } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const server = await start('--login', 'page');
const resource = new URL(`${server.issuer}/mcp`);

// What the SDK's own examples have: everything is kept in memory, and the browser is called by hand.
class Provider {
  redirectUrl = 'http://localhost:8090/callback';

  constructor(metadata = {}) {
    this.clientMetadata = {
      client_name: 'A client of the SDK',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    };
  }

  state() { return (this.sent = crypto.randomUUID()); }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.saved; }
  saveTokens(tokens) { this.saved = tokens; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  redirectToAuthorization(url) { this.url = url; }
  saveDiscoveryState(state) { this.discovered = state; }
  invalidateCredentials(what) { if (what === 'tokens' || what === 'all') this.saved = undefined; }
}

async function connect(provider, url = resource) {
  const client = new Client({ name: 'judge', version: '1' });
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  try {
    await client.connect(transport);
  } catch (error) {
    error.transport = transport;
    throw error;
  }
  return client;
}

async function signIn(provider, url = resource) {
  const refused = await connect(provider, url).catch((error) => error);
  assert.ok(refused instanceof UnauthorizedError, refused);
  const callback = await signInAt(provider.url);
  assert.equal(callback.searchParams.get('state'), provider.sent);
  assert.equal(callback.searchParams.get('iss'), url.href.replace(/\/mcp\/.*/, '/mcp'));
  await refused.transport.finishAuth(callback.searchParams.get('code'));
  return connect(provider, url);
}

async function whoami(client) {
  return (await client.callTool({ name: 'whoami', arguments: {} })).structuredContent;
}

async function revoke(provider, token) {
  const { revocation_endpoint } = provider.discovered.authorizationServerMetadata;
  const body = { client_id: provider.client.client_id, token };
  if (provider.client.client_secret) body.client_secret = provider.client.client_secret;
  const answer = await fetch(revocation_endpoint, { method: 'POST', body: new URLSearchParams(body) });
  assert.equal(answer.status, 200);
}

for (const method of ['none', 'client_secret_post']) {
  test(`the MCP SDK signs in from nothing but the resource's URL, refreshes and loses a revoked token: ${method}`, async () => {
    const provider = new Provider({ token_endpoint_auth_method: method });
    const client = await signIn(provider);
    assert.deepEqual((await client.listTools()).tools.map(({ name }) => name), ['whoami']);
    const who = await whoami(client);
    assert.deepEqual(who, { sub: '1001', client_id: provider.client.client_id, scope: 'mcp:use' });
    assert.equal(provider.client.client_secret !== undefined, method !== 'none');

    const first = provider.saved;
    await revoke(provider, first.access_token);
    assert.equal((await whoami(client)).sub, '1001'); // it was told 401, refreshed, and asked again
    assert.notEqual(provider.saved.access_token, first.access_token);
    assert.notEqual(provider.saved.refresh_token, first.refresh_token);

    await revoke(provider, provider.saved.refresh_token);
    provider.url = undefined;
    await assert.rejects(whoami(client), UnauthorizedError);
    assert.ok(provider.url, 'the person is asked again');
    await client.close();
  });
}

test('the MCP SDK signs in at a tenant, from nothing but the URL of its resource', async () => {
  const { issuer } = await tenant(server);
  const provider = new Provider();
  const client = await signIn(provider, new URL(`${issuer}/mcp`));
  assert.equal((await whoami(client)).client_id, provider.client.client_id);
  await client.close();
  await assert.rejects(connect(provider), UnauthorizedError); // the token is not for the server's own resource
});

test('the MCP SDK registers without saying how it authenticates, and is given a secret', async () => {
  const provider = new Provider({ token_endpoint_auth_method: undefined });
  const client = await signIn(provider);
  assert.equal(provider.client.token_endpoint_auth_method, 'client_secret_post');
  assert.equal((await whoami(client)).client_id, provider.client.client_id);
  await client.close();
});

test('the MCP SDK signs in as a client of the fixture that belongs to the MCP issuer', async () => {
  const provider = new Provider();
  provider.client = { client_id: 'demo-mcp' };
  const client = await signIn(provider);
  assert.equal((await whoami(client)).client_id, 'demo-mcp');
  await client.close();
});

test('the MCP SDK signs in by the URL of its metadata document', async () => {
  const url = 'https://app.example/client.json';
  const document = { client_id: url, ...new Provider().clientMetadata };
  const fixture = { extends: 'default', client_id_metadata_documents: { [url]: document } };
  const other = await startWith({ MAKESHIFT_FIXTURES_JSON: JSON.stringify(fixture) }, '--port', '0', '--login', 'page');
  const provider = new Provider();
  provider.clientMetadataUrl = url;
  const client = await signIn(provider, new URL(`${other.issuer}/mcp`));
  assert.equal((await whoami(client)).client_id, url);
  await client.close();
});

for (const path of ['/mcp/stream', '/mcp/stateless', '/mcp/u/a-token/stateless']) {
  test(`the MCP SDK finds its way from Make's path ${path}`, async () => {
    const provider = new Provider();
    const client = await signIn(provider, new URL(server.issuer + path));
    assert.equal(provider.url.searchParams.get('resource'), server.issuer + path);
    assert.equal((await whoami(client)).scope, 'mcp:use');
    await client.close();
  });
}

test('the MCP SDK asks for the resource and the scope that it was told of', async () => {
  const provider = new Provider();
  await assert.rejects(connect(provider), UnauthorizedError);
  assert.equal(provider.url.searchParams.get('resource'), resource.href);
  assert.equal(provider.url.searchParams.get('scope'), 'mcp:use');
  assert.equal(provider.discovered.resourceMetadata.resource, resource.href);
  assert.equal(provider.discovered.authorizationServerMetadata.issuer, `${server.issuer}/mcp`);
});

test('the MCP SDK is told why it cannot register', async () => {
  const provider = new Provider({ grant_types: ['password'] });
  await assert.rejects(connect(provider), (error) => {
    assert.equal(error.errorCode, 'invalid_client_metadata');
    assert.match(error.message, /\/grant_types\/0: 'password'/);
    return true;
  });
});
