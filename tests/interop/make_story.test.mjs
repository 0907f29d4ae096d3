// A whole story: signed in by openid-client, at work through @makehq/sdk, while time goes by and roles change.
import { startWith } from './server.mjs';
import { client, fixture, folder, scopes, sdk } from './make.mjs';
import { argumentsOf, tools } from './make_tools.mjs';
import { signInAt } from './browser.mjs';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import * as openid from 'openid-client';

const path = folder();
const args = ['--fixtures', fixture(path), '--db', join(path, 'db')];
const begin = Date.now();

// The server with its clock `seconds` after the beginning of the story.
function serverAt(seconds, port) {
  const moment = new Date(begin + seconds * 1000).toISOString().replace(/\.\d+Z/, 'Z');
  return startWith({ MAKESHIFT_CLOCK: moment }, '--port', String(port), ...args);
}

function refusedBy(status, words) {
  return (error) => {
    assert.equal(error.statusCode, status);
    assert.match(error.message, words);
    return true;
  };
}

async function configure(issuer) {
  const config = await openid.discovery(new URL(issuer), client.client_id,
    { client_secret: client.client_secret, [openid.clockTolerance]: 3600 }, openid.ClientSecretPost(client.client_secret),
    { execute: [openid.allowInsecureRequests] });
  return config;
}

async function signIn(config, user) {
  const verifier = openid.randomPKCECodeVerifier();
  const nonce = openid.randomNonce();
  const callback = await signInAt(openid.buildAuthorizationUrl(config, {
    redirect_uri: client.redirect_uris[0],
    scope: `openid offline_access ${scopes.join(' ')}`,
    login_hint: user,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }));
  return openid.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, expectedNonce: nonce });
}

test('a token works, expires, is refreshed, works again, and does less when its user has lost a role', async (t) => {
  let server = await serverAt(0, 0);
  const { issuer } = server;
  const port = new URL(issuer).port;
  const config = await configure(issuer);
  const member = await signIn(config, '1002');
  const owner = await signIn(config, '1001');

  let make = sdk(issuer, member.access_token);
  assert.equal((await make.users.me()).email, 'max.member@example.com');
  const scenario = await make.scenarios.create({
    teamId: 1,
    blueprint: { name: 'Made in a story', flow: [], metadata: {} },
    scheduling: { type: 'on-demand' },
  });
  assert.equal(scenario.name, 'Made in a story');
  await assert.rejects(make.scenarios.run(scenario.id, {}), refusedBy(400, /^Scenario is not activated/));
  assert.equal(await make.scenarios.activate(scenario.id), true);
  assert.match((await make.scenarios.run(scenario.id, {})).executionId, /^[0-9a-f]{32}$/);

  assert.equal(await server.stop(), 0);
  server = await serverAt(301, port);
  await t.test('every tool is refused once the token has expired', async () => {
    for (const tool of tools) {
      await assert.rejects(tool.execute(make, argumentsOf(tool)), refusedBy(401, /expired/), tool.name);
    }
  });

  const refreshed = await openid.refreshTokenGrant(config, member.refresh_token);
  assert.notEqual(refreshed.access_token, member.access_token);
  make = sdk(issuer, refreshed.access_token);
  const names = (await make.scenarios.list(1)).map(({ name }) => name);
  assert.ok(names.includes('Made in a story'), 'what was made before is there');
  assert.equal((await make.scenarios.update(scenario.id, { name: 'Renamed' })).name, 'Renamed');

  // The owner makes the member a mere watcher; the token of the member stays the same.
  const { access_token } = await openid.refreshTokenGrant(config, owner.refresh_token);
  const roles = await sdk(issuer, access_token).roles.list({ category: 'team' });
  const { id } = roles.find(({ name }) => name === 'Team monitoring');
  const answer = await fetch(`${issuer}/api/v2/users/1002/user-team-roles/1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ usersRoleId: id }),
  });
  assert.equal(answer.status, 200);
  await assert.rejects(make.scenarios.update(scenario.id, { name: 'Again' }),
    refusedBy(403, /role in team 1 must allow 'scenario edit'; user '1002' has Team monitoring there/));
  assert.equal((await make.scenarios.get(scenario.id)).name, 'Renamed');
});
