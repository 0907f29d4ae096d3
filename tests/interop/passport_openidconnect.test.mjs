// passport-openidconnect, as an Express application uses it. A strategy needs of Express no more than
// a request with query and session, and a place for its verdict.
import { start, clients } from './server.mjs';
import { signInAt } from './browser.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Strategy from 'passport-openidconnect';

const server = await start();
const metadata = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
// The strategy sends no code_challenge, so it is for confidential clients alone.
const [client] = clients;

function strategy(settings = {}) {
  return new Strategy({
    issuer: metadata.issuer,
    authorizationURL: metadata.authorization_endpoint,
    tokenURL: metadata.token_endpoint,
    userInfoURL: metadata.userinfo_endpoint,
    clientID: client.id,
    clientSecret: client.secret,
    callbackURL: client.redirectUri,
    scope: 'profile email offline_access',
    nonce: true,
    maxAge: 600,
    ...settings,
  }, (issuer, fromUserinfo, fromIdToken, context, idToken, accessToken, refreshToken, params, done) => {
    done(null, { issuer, fromUserinfo, fromIdToken, context, accessToken, refreshToken, params });
  });
}

// What Passport does with a strategy: one request, one of the four ends it may come to.
function pass(prototype, request) {
  return new Promise((resolve, reject) => {
    const strategy = Object.assign(Object.create(prototype), {
      redirect: (location) => resolve({ location }),
      success: (user) => resolve({ user }),
      fail: (info, status) => resolve({ failed: info, status }),
      error: reject,
    });
    strategy.authenticate(request, {});
  });
}

async function begin(application) {
  const session = {};
  const { location } = await pass(application, { query: {}, session });
  return { session, location: new URL(location) };
}

function finish(application, session, callback) {
  return pass(application, { query: Object.fromEntries(callback.searchParams), session });
}

async function signIn(application) {
  const { session, location } = await begin(application);
  return finish(application, session, await signInAt(location));
}

test('passport-openidconnect signs in and asks who it is', async () => {
  const { user, failed } = await signIn(strategy());
  assert.equal(failed, undefined);
  assert.equal(user.issuer, server.issuer);
  assert.equal(user.fromIdToken.id, '1001');
  assert.equal(user.fromUserinfo.id, '1001');
  assert.equal(user.fromUserinfo.displayName, 'Olivia Owner');
  assert.ok(user.context.timestamp instanceof Date); // auth_time, which max_age calls for
  assert.equal(user.params.token_type, 'Bearer');
});

test('passport-openidconnect refreshes, revokes, and is refused what is spent or revoked', async () => {
  const application = strategy();
  const { user } = await signIn(application);
  const refresh = (token) => new Promise((resolve, reject) => {
    // What passport-oauth2-refresh does: the strategy's own OAuth 2.0 client.
    application._oauth2.getOAuthAccessToken(token, { grant_type: 'refresh_token' },
      (error, accessToken, refreshToken) =>
        (error ? reject(error) : resolve({ accessToken, refreshToken })));
  });
  const next = await refresh(user.refreshToken);
  assert.notEqual(next.accessToken, user.accessToken);
  assert.notEqual(next.refreshToken, user.refreshToken);
  const refused = (error) => {
    assert.equal(error.statusCode, 400);
    assert.equal(JSON.parse(error.data).error, 'invalid_grant');
    return true;
  };
  // Passport has no word for revoking; its application posts the form.
  const revoked = await fetch(metadata.revocation_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: client.id, client_secret: client.secret, token: next.refreshToken }),
  });
  assert.equal(revoked.status, 200);
  await assert.rejects(refresh(next.refreshToken), refused);
  await assert.rejects(refresh(user.refreshToken), refused);
});

test('passport-openidconnect reports a code that was redeemed before', async () => {
  const application = strategy();
  const first = await begin(application);
  const callback = await signInAt(first.location);
  const again = structuredClone(first.session);
  assert.ok((await finish(application, first.session, callback)).user);
  await assert.rejects(finish(application, again, callback), { name: 'TokenError', code: 'invalid_grant' });
});

test('passport-openidconnect holds the ID token to the nonce and the issuer', async () => {
  const application = strategy();
  const { session, location } = await begin(application);
  location.searchParams.set('nonce', 'of-another-sign-in');
  const replayed = await finish(application, session, await signInAt(location));
  assert.match(replayed.failed.message, /nonce/);
  const elsewhere = await signIn(strategy({ issuer: 'http://localhost:1' }));
  assert.match(elsewhere.failed.message, /not issued by/);
});

test('passport-openidconnect reads a refusal at the authorization endpoint', async () => {
  await assert.rejects(signIn(strategy({ scope: 'no:such' })),
    { name: 'AuthorizationError', code: 'invalid_scope' });
});
