// Authorization requests: for each client a good one, each change to it alone, and changes in pairs.
import { createHash } from 'node:crypto';

const PAIRS = 150; // for each client
export const VERIFIER = 'a-verifier-of-which-each-test-has-the-same-0123456789';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export function goodRequest(client) {
  return {
    params: [
      ['client_id', client.id], ['redirect_uri', client.redirectUri], ['response_type', 'code'],
      ['scope', client.scope], ['state', 'a-state'], ['nonce', 'a-nonce'],
      ['code_challenge', CHALLENGE], ['code_challenge_method', 'S256'],
    ],
  };
}

const set = (name, value) => (request) => ({
  ...request, params: [...request.params.filter(([other]) => other !== name), [name, value]],
});
export const without = (name) => (request) => ({
  ...request, params: request.params.filter(([other]) => other !== name),
});
const twice = (name, value) => (request) => {
  const [, first] = request.params.find(([other]) => other === name) ?? [name, 'x'];
  const { params } = without(name)(request);
  return { ...request, params: [...params, [name, first], [name, value ?? first]] };
};

const VALUES = {
  client_id: ['nobody', 'DEMO-WEB', 'demo-web ', "' OR 1=1", 'demo-custom-app'],
  redirect_uri: [
    'http://localhost:3000/cb/', 'http://localhost:3000/', 'http://localhost:3001/cb',
    'https://localhost:3000/cb', 'http://localhost:3000/cb?a=b', 'http://localhost:3000/cb#f',
    'http://localhost:3000/cb/../cb', 'http://localhost:3000/%63b', 'HTTP://LOCALHOST:3000/cb',
    'http://user@localhost:3000/cb', 'http://127.0.0.1:3000/cb', 'http://evil.example/cb',
    'http://localhost:5173/callback', 'http://localhost:5174/callback',
    'http://127.0.0.1:1/callback', 'http://127.0.0.1/callback', 'http://[::1]:4711/callback',
    'http://127.0.0.1:4711/callback/', 'http://localhost:4711/callback', 'com.example.makeshift:/callback',
    'com.example.makeshift:/other', 'COM.EXAMPLE.makeshift:/callback', '/cb', 'javascript:alert(1)', 'http://',
  ],
  response_type: [
    'token', 'id_token', 'code id_token', 'id_token code', 'code token', 'none', 'CODE', 'code code',
    'something', ' code', 'code,id_token',
  ],
  scope: [
    'openid', 'profile', 'openid no:such', 'no:such', 'openid openid', 'openid  profile', ' openid',
    'openid ', 'OPENID', 'openid,profile', 'openid\tprofile', 'openid "x"', 'openid é',
    'openid offline_access', 'openid scenarios:write', 'openid teams:write', 'scenarios:read',
  ],
  response_mode: ['query', 'fragment', 'form_post', 'jwt', 'something'],
  prompt: [
    'none', 'login', 'consent', 'login consent', 'select_account', 'none login', 'create', 'something',
    'LOGIN', 'login login', ' login',
  ],
  max_age: ['0', '1', '600', '-1', 'x', '1.5', '99999999999', ' 1', '1e3'],
  code_challenge: ['x', 'A'.repeat(42), 'A'.repeat(44), 'A'.repeat(128), `${'A'.repeat(42)}!`, `${CHALLENGE}=`],
  code_challenge_method: ['plain', 's256', 'S512', 'none'],
  state: ['a b+c&d', 'é✓', '"><script>', 's'.repeat(8000), 's'.repeat(9000)],
  nonce: ['a b+c&d', 'é✓', 'n'.repeat(4000)],
  display: ['page', 'popup', 'something'],
  ui_locales: ['cs en'],
  claims_locales: ['cs'],
  acr_values: ['0', 'urn:x'],
  login_hint: ['1001', 'nobody'],
  id_token_hint: ['x', 'a.b.c'],
  claims: [
    '{"userinfo":{"name":null}}', '{}', 'x', '[]', '"x"', 'null', '{"userinfo":[]}', '{"id_token":"x"}',
    '{"userinfo":{"name":{"essential":true}},"id_token":{"auth_time":null}}', '{"userinfo":{"name":"x"}}',
    '{"userinfo":{"name":{"essential":"yes"}}}', '{"id_token":{"name":{"values":"x"}}}', '{"other":{}}',
    '{"id_token":{"sub":{"value":"1001"}}}', '{"userinfo":{}',
  ],
  resource: ['https://api.example/', 'urn:x', 'x', '/mcp', 'https://api.example/#fragment'],
  request: ['x', 'a.b.c'],
  request_uri: ['x', 'https://client.example/request'],
  registration: ['{}', 'x'],
  unknown: ['x'],
};

function changes() {
  const found = new Map([['nothing', (request) => request]]);
  for (const [name, values] of Object.entries(VALUES)) {
    found.set(`no ${name}`, without(name));
    found.set(`empty ${name}`, set(name, ''));
    found.set(`${name} twice`, twice(name));
    found.set(`${name} twice, differing`, twice(name, 'other'));
    for (const value of values) {
      const shown = value.length > 60 ? `${value.slice(0, 8)}... (${value.length})` : value;
      found.set(`${name}=${shown}`, set(name, value));
    }
  }
  found.set('no PKCE', (request) => without('code_challenge')(without('code_challenge_method')(request)));
  for (const tail of ['&x=%zz', '&x=%', '&x=%00', '&x=%ff', '&=x', '&&', '&state']) {
    found.set(`tail ${tail}`, (request) => ({ ...request, tail }));
  }
  for (const method of ['POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    const query = !['POST', 'PUT', 'PATCH'].includes(method);
    found.set(`method ${method}`, (request) => ({ ...request, method, query }));
  }
  found.set('POST with a query', (request) => ({ ...request, method: 'POST', query: true }));
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded; charset=UTF-8']) {
    found.set(`POST ${type}`, (request) => ({ ...request, method: 'POST', type }));
  }
  return found;
}

// A case for the comparison: its name, its changes, and how it is run on one side.
export function authorizations(clients, random) {
  const all = [...changes()];
  return clients.flatMap((client) => {
    const example = (...chosen) => ({
      name: `${client.kind}: ${chosen.map(([name]) => name).join(' + ')}`,
      changes: chosen.map(([name]) => name),
      kind: client.kind,
      async run(side) {
        const request = chosen.reduce((so_far, [, change]) => change(so_far), goodRequest(client));
        return [(await side.authorize(request)).outcome];
      },
    });
    const pairs = Array.from({ length: PAIRS }, () => example(random.pick(all), random.pick(all)));
    return [...all.map((change) => example(change)), ...pairs];
  });
}
