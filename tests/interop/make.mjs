// A makeshift for Make's own clients: users and clients of the tests, and access tokens of any scope.
import { visit } from './server.mjs';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Make } from '@makehq/sdk';

const fixtures = join(process.env.MAKESHIFT_ROOT, 'fixtures');
const read = (name) => JSON.parse(readFileSync(join(fixtures, name), 'utf8'));

export const scopes = read('make/scopes.json').filter(({ kind }) => kind !== 'oidc').map(({ name }) => name);

export const client = {
  client_id: 'make-client',
  client_secret: 'make-client-secret',
  redirect_uris: ['http://localhost:3000/make'],
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: ['openid', 'offline_access', ...scopes].join(' '),
  access_token_format: 'jwt',
};

// A folder for one test file, which is gone afterwards.
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'makeshift-'));
  after(() => rmSync(path, { recursive: true }));
  return path;
}

// The default fixture with this client, and `change` made to it, in a file.
export function fixture(path, change = () => {}) {
  const document = read('default.json');
  document.clients.push(client);
  cpSync(join(fixtures, 'keys'), join(path, 'keys'), { recursive: true });
  change(document);
  const file = join(path, 'fixture.json');
  writeFileSync(file, JSON.stringify(document));
  return file;
}

export async function post(url, fields) {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, body: await response.json() };
}

// What the token endpoint answers to a sign-in that asks for these scopes.
export async function signIn(issuer, scope, extra = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const redirect_uri = client.redirect_uris[0];
  const callback = await visit(`${issuer}/oauth/v2/authorize?${new URLSearchParams({
    client_id: client.client_id,
    redirect_uri,
    response_type: 'code',
    scope,
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  })}`);
  const { client_id, client_secret } = client;
  const code = callback.searchParams.get('code');
  if (!code) throw new Error(`${callback} instead of a code`);
  const { status, body } = await post(`${issuer}/oauth/v2/token`, {
    grant_type: 'authorization_code', client_id, client_secret, redirect_uri, code, code_verifier: verifier,
  });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

// Make's SDK, with a token, on a zone that is here: `localhost:PORT`, or of a tenant `localhost:PORT/t/NAME`.
export function sdk(issuer, accessToken) {
  const make = new Make(accessToken, issuer.replace('http://', ''));
  make.protocol = 'http';
  return make;
}
