// oidc-client-ts, as a page in the browser uses it: its stores are in memory, and instead of a window
// that navigates there is signInAt(). It checks state, nonce, iss, sub and PKCE by itself.
import { start, clients } from './server.mjs';
import { signInAt } from './browser.mjs';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ErrorResponse, InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';

const server = await start();
globalThis.localStorage ??= new InMemoryWebStorage(); // where it keeps DPoP's keys, which nobody asks for

// The one thing that it leaves to a browser.
class Navigator {
  async prepare() {
    return {
      navigate: async ({ url }) => ({ url: (await signInAt(url)).href }),
      close() {},
    };
  }

  async callback() {}
}

function application(client, settings = {}) {
  const navigator = new Navigator();
  const store = () => new WebStorageStateStore({ store: new InMemoryWebStorage() });
  const manager = new UserManager({
    authority: server.issuer,
    client_id: client.id,
    client_secret: client.secret,
    client_authentication: 'client_secret_post',
    redirect_uri: client.redirectUri,
    scope: client.scope,
    max_age: 600,
    loadUserInfo: true,
    filterProtocolClaims: false,
    revokeTokenTypes: ['access_token'],
    stateStore: store(),
    userStore: store(),
    automaticSilentRenew: false,
    monitorSession: false,
    ...settings,
  }, navigator, navigator, navigator);
  after(() => manager.events.unload()); // its timers wait for the token to expire
  return manager;
}

function signIn(manager) {
  return manager.signinPopup({ nonce: crypto.randomUUID() });
}

async function userinfo(manager, token) {
  const endpoint = await manager.metadataService.getUserInfoEndpoint();
  return fetch(endpoint, { headers: { authorization: `Bearer ${token}` } });
}

for (const client of clients) {
  test(`oidc-client-ts signs in, asks who it is, refreshes and revokes: ${client.kind}`, async () => {
    const manager = application(client);
    const user = await signIn(manager); // with the answer of userinfo, whose sub it has compared
    assert.equal(user.profile.sub, '1001');
    assert.equal(user.profile.name, 'Olivia Owner');
    assert.equal(user.profile.aud, client.id);
    assert.ok(user.expires_in > 0);

    assert.ok(user.refresh_token);
    const last = await manager.signinSilent();
    assert.notEqual(last.refresh_token, user.refresh_token);
    assert.equal(last.profile.sub, user.profile.sub);
    assert.equal(last.profile.auth_time, user.profile.auth_time);

    assert.equal((await userinfo(manager, last.access_token)).status, 200);
    await manager.revokeTokens();
    assert.equal((await userinfo(manager, last.access_token)).status, 401);
  });

  test(`oidc-client-ts revokes the refresh token and is refused another: ${client.kind}`, async () => {
    const manager = application(client, { revokeTokenTypes: ['refresh_token'] });
    const user = await signIn(manager);
    await manager.revokeTokens();
    await manager.storeUser(user);
    await assert.rejects(manager.signinSilent(), (error) => {
      assert.ok(error instanceof ErrorResponse);
      assert.equal(error.error, 'invalid_grant');
      return true;
    });
  });
}

test('oidc-client-ts reads a refusal at the authorization endpoint', async () => {
  const manager = application(clients[1], { scope: 'openid no:such' });
  await assert.rejects(signIn(manager), (error) => {
    assert.ok(error instanceof ErrorResponse);
    assert.equal(error.error, 'invalid_scope');
    return true;
  });
});
