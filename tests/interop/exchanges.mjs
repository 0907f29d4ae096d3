// Token, revocation and UserInfo requests: each case begins with a sign-in of its own on each side, and
// the answers of all its steps are compared.
import { VERIFIER, goodRequest } from './authorizations.mjs';
import { WITHOUT_REFRESH } from './reference.mjs';

const SECRET = 'demo-web-secret-for-tests-only-0001';
const BASIC = `Basic ${Buffer.from(`demo-web:${SECRET}`).toString('base64')}`;

// What a client sends of itself.
const self = (client) => [['client_id', client.id], ...(client.secret ? [['client_secret', client.secret]] : [])];

const replace = (params, name, ...values) =>
  [...params.filter(([other]) => other !== name), ...values.map((value) => [name, value])];

function changesOf(params) {
  return params.flatMap(([name, value]) => [
    [`no ${name}`, replace(params, name)],
    [`empty ${name}`, replace(params, name, '')],
    [`${name} twice`, replace(params, name, value, value)],
    [`${name} twice, differing`, replace(params, name, value, 'x')],
    [`wrong ${name}`, replace(params, name, 'x')],
    [`${name} with a space`, replace(params, name, `${value} `)],
    [`${name} in capitals`, replace(params, name, value.toUpperCase())],
  ]);
}

const GRANTS = ['password', 'implicit', 'client_credentials', 'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'];

// The same request on another carrier.
const CARRIERS = {
  'method GET': { method: 'GET' },
  'method PUT': { method: 'PUT' },
  'method DELETE': { method: 'DELETE' },
  'method HEAD': { method: 'HEAD' },
  'type JSON': { type: 'application/json' },
  'type text': { type: 'text/plain' },
  'type multipart': { type: 'multipart/form-data; boundary=x' },
  'no type': { type: null },
  'type with charset': { type: 'application/x-www-form-urlencoded; charset=UTF-8' },
  'type in capitals': { type: 'APPLICATION/X-WWW-FORM-URLENCODED' },
  'query too': { query: '?grant_type=password&x=y' },
  'secret in query': { query: `?client_secret=${SECRET}` },
  'basic too': { headers: { authorization: BASIC } },
  'basic broken': { headers: { authorization: 'Basic !' } },
  'bearer instead': { headers: { authorization: 'Bearer x' } },
};

async function code(side, client) {
  const answer = await side.authorize(goodRequest(client));
  if (!answer.code) throw new Error(`no code from ${side.issuer}: ${answer.outcome}`);
  return answer.code;
}

function redemption(client, code) {
  return [['grant_type', 'authorization_code'], ['code', code], ['redirect_uri', client.redirectUri],
    ['code_verifier', VERIFIER], ...self(client)];
}

const renewal = (client, token) => [['grant_type', 'refresh_token'], ['refresh_token', token], ...self(client)];
const revocation = (client, token) => [['token', token], ...self(client)];

async function tokens(side, client) {
  const { json } = await side.post('token', redemption(client, await code(side, client)));
  return json;
}

// One request, changed; then the good one, which shows what the changed one has left behind.
function changed(what, path, client, good) {
  const cases = [];
  const add = (change, alter, options) => cases.push([`${what}: ${change}`, async (side) => {
    const params = await good(side);
    const first = await side.post(path, alter(params), options);
    return [first.outcome, (await side.post(path, params)).outcome];
  }]);
  const names = { redemption, renewal, revocation }[what](client, 'x'); // each change, by its place
  changesOf(names).forEach(([change], index) => add(change, (params) => changesOf(params)[index][1]));
  for (const [carrier, options] of Object.entries(CARRIERS)) add(carrier, (params) => params, options);
  for (const id of ['demo-spa', 'demo-custom-app', 'demo-web']) {
    add(`client_id=${id}`, (params) => replace(params, 'client_id', id));
  }
  if (what !== 'revocation') {
    for (const grant of GRANTS) add(`grant_type=${grant}`, (params) => replace(params, 'grant_type', grant));
  }
  if (!client.secret) add('a secret', (params) => [...params, ['client_secret', 'x']]);
  for (const [name, value] of [['scope', 'openid'], ['scope', 'no:such'], ['scope', ''], ['unknown', 'x'],
    ['scope', 'openid scenarios:write'], ['scope', 'profile'], ['token_type_hint', 'access_token'],
    ['token_type_hint', 'refresh_token'], ['token_type_hint', 'x'], ['code_verifier', 'x'.repeat(43)],
    ['code_verifier', 'x'.repeat(129)], ['redirect_uri', `${client.redirectUri}/`]]) {
    add(`${name}=${value.slice(0, 44)}`, (params) => replace(params, name, value));
  }
  return cases;
}

// Whole stories.
const STORIES = {
  'a code that comes again takes its tokens with it': async (side, client) => {
    const params = redemption(client, await code(side, client));
    const first = await side.post('token', params);
    return [first, await side.post('token', params), await side.userinfo(first.json.access_token)];
  },
  'a code without PKCE, with a verifier': async (side, client) => {
    if (!client.secret) return [];
    const { params } = goodRequest(client);
    const bare = params.filter(([name]) => !name.startsWith('code_challenge'));
    const answer = await side.authorize({ params: bare });
    return [await side.post('token', redemption(client, answer.code))];
  },
  'a refresh token that comes again takes the family with it': async (side, client) => {
    const { refresh_token: old } = await tokens(side, client);
    if (!old) return [];
    const next = await side.post('token', renewal(client, old));
    return [next, await side.post('token', renewal(client, old)),
      await side.post('token', renewal(client, next.json.refresh_token)),
      await side.userinfo(next.json.access_token)];
  },
  'an access token is no refresh token': async (side, client) => {
    const { access_token: token } = await tokens(side, client);
    return [await side.post('token', renewal(client, token)), await side.userinfo(token)];
  },
  'a refresh token is no access token': async (side, client) => {
    const { refresh_token: token } = await tokens(side, client);
    return token ? [await side.userinfo(token)] : [];
  },
  'a revoked access token alone is over': async (side, client) => {
    const { access_token: token, refresh_token: refresh } = await tokens(side, client);
    const answers = [await side.userinfo(token), await side.post('revoke', revocation(client, token)),
      await side.userinfo(token), await side.post('revoke', revocation(client, token))];
    return refresh ? [...answers, await side.post('token', renewal(client, refresh))] : answers;
  },
  'a revoked refresh token takes the access token with it': async (side, client) => {
    const { access_token: token, refresh_token: refresh } = await tokens(side, client);
    if (!refresh) return [];
    return [await side.post('revoke', revocation(client, refresh)), await side.userinfo(token),
      await side.post('token', renewal(client, refresh)), await side.post('revoke', revocation(client, refresh))];
  },
  'a spent refresh token can be revoked': async (side, client) => {
    const { refresh_token: old } = await tokens(side, client);
    if (!old) return [];
    const next = await side.post('token', renewal(client, old));
    return [await side.post('revoke', revocation(client, old)),
      await side.post('token', renewal(client, next.json.refresh_token))];
  },
  'a narrower token': async (side, client) => {
    const { refresh_token: token } = await tokens(side, client);
    if (!token) return [];
    const narrow = await side.post('token', [...renewal(client, token), ['scope', 'profile']]);
    const wide = await side.post('token',
      [...renewal(client, narrow.json.refresh_token), ['scope', 'openid profile']]);
    return [narrow, await side.userinfo(narrow.json.access_token), wide];
  },
  'UserInfo without a token': async (side) => [
    await side.post('userinfo', undefined, { method: 'GET' }),
    await side.userinfo('x'), await side.userinfo(''),
    await side.post('userinfo', undefined, { method: 'GET', headers: { authorization: BASIC } }),
    await side.post('userinfo', [['access_token', 'x']]), await side.post('userinfo', []),
    await side.post('userinfo', undefined, { method: 'GET', query: '?access_token=x' }),
  ],
};

export function exchanges(clients) {
  return clients.flatMap((client) => {
    const cases = [
      ...changed('redemption', 'token', client, async (side) => redemption(client, await code(side, client))),
      ...(client.id !== WITHOUT_REFRESH ? changed('renewal', 'token', client,
        async (side) => renewal(client, (await tokens(side, client)).refresh_token)) : []),
      ...changed('revocation', 'revoke', client,
        async (side) => revocation(client, (await tokens(side, client)).access_token)),
      ...Object.entries(STORIES).map(([name, story]) => [name,
        async (side) => (await story(side, client)).map(({ outcome }) => outcome)]),
    ];
    return cases.map(([name, run]) => ({ name: `${client.kind}: ${name}`, changes: [name], kind: client.kind, run }));
  });
}
