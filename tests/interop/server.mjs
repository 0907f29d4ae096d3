// A makeshift for the tests of outside clients, and a browser that signs in by itself.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { webcrypto } from 'node:crypto';

// Node 18 keeps these to itself; the clients expect them, as in browsers. This module is imported first.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;

// Starts the program on a free port and waits for its ready line; it ends with the test file.
export function start(...args) {
  return startWith({}, '--port', '0', ...args);
}

// Starts the program as `start` does, with options from the environment; `stop` ends it before.
export async function startWith(options, ...args) {
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('MAKESHIFT_'));
  const child = spawn(process.env.MAKESHIFT_BIN, args, {
    env: { ...Object.fromEntries(env), ...options }, // what configures the tests is no option of the program
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  after(async () => {
    child.kill('SIGTERM');
    const code = await ended;
    if (code !== 0) throw new Error(`makeshift left with ${code}\n${log.join('\n')}`);
  });
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then((code) => {
      throw new Error(`makeshift left with ${code} before it was ready\n${log.join('\n')}`);
    }),
  ]);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { ...JSON.parse(line), log, stop };
}

// A tenant of the server: an issuer with a path.
export async function tenant(server) {
  const answer = await fetch(`${server.issuer}/_makeshift/tenants`, { method: 'POST' });
  if (answer.status !== 201) throw new Error(`${answer.status} instead of a tenant: ${await answer.text()}`);
  return answer.json();
}

// What a browser does with an authorization URL when the server signs in by itself: the URL it is
// sent back to.
export async function visit(url) {
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (response.status !== 302 || !location) {
    throw new Error(`${response.status} instead of a redirect: ${await response.text()}`);
  }
  return new URL(location);
}

// The three kinds of clients of the default fixture.
export const clients = [
  {
    kind: 'confidential',
    id: 'demo-web',
    secret: 'demo-web-secret-for-tests-only-0001',
    redirectUri: 'http://localhost:3000/cb',
    scope: 'openid profile email offline_access scenarios:read',
  },
  {
    kind: 'single-page',
    id: 'demo-spa',
    redirectUri: 'http://localhost:5173/callback',
    scope: 'openid profile email',
  },
  {
    kind: 'native',
    id: 'demo-native',
    redirectUri: 'http://127.0.0.1:50123/callback',
    scope: 'openid profile offline_access',
  },
];

// What the token endpoint answers when the confidential client has signed the first user in.
export async function signIn(server) {
  const [web] = clients;
  const asked = new URLSearchParams({
    response_type: 'code', client_id: web.id, redirect_uri: web.redirectUri, scope: 'openid scenarios:read', state: 'x',
  });
  const back = await visit(`${server.issuer}/oauth/v2/authorize?${asked}`);
  const answer = await fetch(`${server.issuer}/oauth/v2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', code: back.searchParams.get('code'),
      client_id: web.id, client_secret: web.secret, redirect_uri: web.redirectUri,
    }),
  });
  return answer.json();
}
