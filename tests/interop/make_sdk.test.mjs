// @makehq/sdk: every tool that Make publishes, with the token that it asks for and with others.
import { start, tenant } from './server.mjs';
import { client, fixture, folder, post, scopes, sdk, signIn } from './make.mjs';
import { argumentsOf, tools } from './make_tools.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MakeError } from '@makehq/sdk';

const server = await start('--fixtures', fixture(folder(), ({ users: [user] }) => {
  user.admin = true;
  user.organizations.find(({ id }) => id === 2).role = 'Admin';
}));
const tokens = new Map(); // by scope

async function token(scope) {
  if (!tokens.has(scope)) tokens.set(scope, (await signIn(server.issuer, scope)).access_token);
  return tokens.get(scope);
}

function needs(tool) { // organizations are made by administrators
  return tool.name === 'organizations_create' ? `admin:write ${tool.scope}` : tool.scope;
}

test('there are 181 tools, which declare scopes of the fixture', () => {
  assert.equal(tools.length, 181);
  for (const { scope } of tools) assert.ok(scope === undefined || scopes.includes(scope), scope);
});

test('a token that lacks just the scope of a tool is refused by 403, whose detail the SDK shows', async (t) => {
  for (const tool of tools.filter(({ scope }) => scope)) {
    await t.test(tool.name, async () => {
      const make = sdk(server.issuer, await token(scopes.filter((name) => name !== tool.scope).join(' ')));
      await assert.rejects(tool.execute(make, argumentsOf(tool)), (error) => {
        assert.ok(error instanceof MakeError);
        assert.equal(error.statusCode, 403);
        assert.match(error.message, new RegExp(`needs the scope '${tool.scope}', which the token lacks`));
        return true;
      });
    });
  }
});

test('a token that was revoked is refused by 401', async (t) => {
  const { access_token: revoked } = await signIn(server.issuer, scopes.join(' '));
  const { client_id, client_secret } = client;
  await post(`${server.issuer}/oauth/v2/revoke`, { token: revoked, client_id, client_secret });
  const make = sdk(server.issuer, revoked);
  for (const tool of tools) {
    await t.test(tool.name, () => assert.rejects(tool.execute(make, argumentsOf(tool)), (error) => {
      assert.equal(error.statusCode, 401);
      assert.match(error.message, /revoked/);
      return true;
    }));
  }
});

test('a token with just the scope of a tool is enough for it', async (t) => {
  for (const tool of tools) {
    await t.test(tool.name, async () => {
      const make = sdk(server.issuer, await token(needs(tool) ?? 'openid'));
      const answer = await tool.execute(make, argumentsOf(tool));
      assert.ok(answer !== undefined, 'the SDK found what it reads of the answer');
    });
  }
});

test('a tenant is a zone of its own: what the SDK makes there is there alone, and its token opens no other', async () => {
  const [one, other] = [await tenant(server), await tenant(server)];
  const scope = 'user:read scenarios:read teams:read teams:write';
  const [mine, theirs] = await Promise.all([one, other].map(({ issuer }) => signIn(issuer, scope)));
  const make = sdk(one.issuer, mine.access_token);
  const { id } = await make.teams.create({ name: 'Of one tenant', organizationId: 1 });
  assert.equal((await make.teams.get(id)).name, 'Of one tenant');
  assert.equal((await make.users.me()).email, 'olivia.owner@example.com');
  assert.ok((await make.scenarios.list(1)).length > 0);
  await assert.rejects(sdk(other.issuer, theirs.access_token).teams.get(id), { statusCode: 404 });
  for (const { issuer } of [other, server]) {
    await assert.rejects(sdk(issuer, mine.access_token).users.me(), { statusCode: 401 });
  }
});
