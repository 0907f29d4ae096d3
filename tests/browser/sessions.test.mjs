// A session from the sign-in to the logout, in a real Chromium, with what the user chooses in between.
import { start } from '../interop/server.mjs';
import { fixtureFile, launch, listen, picture } from './chromium.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const application = await listen();
const otherSite = await listen((request, response) => {
  const { searchParams } = new URL(request.url, 'http://x');
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(`<form method="post" action="${searchParams.get('action')}"><button>Log me out</button></form>`);
}, '127.0.0.1'); // another port of localhost would be the same site
const redirectUri = `${application}/cb`;
const bye = `${application}/bye`;

const server = await start('--login', 'page', '--profile', 'standard', '--fixtures', fixtureFile((fixture, web) => {
  web.redirect_uris = [redirectUri];
  web.post_logout_redirect_uris = [bye];
  fixture.users.find(({ sub }) => sub === '1001').claims = { favourite_colour: 'green' };
}));
const logout = `${server.issuer}/oauth/v2/oidc/logout`;
const browser = await launch();

function authorizeUrl(parameters = {}) {
  const url = new URL('/oauth/v2/authorize', server.issuer);
  url.search = new URLSearchParams({
    client_id: 'demo-web', redirect_uri: redirectUri, response_type: 'code', scope: 'openid email',
    prompt: 'login consent', ...parameters,
  });
  return url.href;
}

const button = (page, name) => page.getByRole('button', { name });

async function visitor(test_, options) {
  const context = await browser.newContext(options);
  test_.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  return page;
}

async function redeem(page) {
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  const response = await fetch(`${server.issuer}/oauth/v2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: 'demo-web',
      client_secret: 'demo-web-secret-for-tests-only-0001',
      redirect_uri: redirectUri, code: new URL(page.url()).searchParams.get('code'),
    }),
  });
  const tokens = await response.json();
  assert.equal(response.status, 200, JSON.stringify(tokens));
  return tokens;
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

async function signIn(page, user = /Olivia Owner/) {
  await page.goto(authorizeUrl());
  await button(page, user).click();
  await button(page, 'Approve').click();
  return redeem(page);
}

// Whether the browser still has a session: without one, a client that asks for no page is told so.
async function isSignedIn(page) {
  await page.goto(authorizeUrl({ prompt: 'none' }));
  const { searchParams } = new URL(page.url());
  assert.ok(searchParams.has('code') || searchParams.get('error') === 'login_required', page.url());
  return searchParams.has('code');
}

for (const javaScriptEnabled of [true, false]) {
  test(`the grant is for the organization that is clicked, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async (t) => {
    const page = await visitor(t, { javaScriptEnabled, viewport: { width: 900, height: 1000 } });
    await page.goto(authorizeUrl());
    await button(page, /Olivia Owner/).click();
    assert.equal(await page.getByRole('radio').count(), 3);
    assert.equal(await page.getByRole('radio', { checked: true }).count(), 1);
    await page.getByRole('radio').last().check();
    await page.screenshot(picture('consent-organization'));
    await button(page, 'Approve').click();
    assert.equal(claimsOf((await redeem(page)).access_token).organization, 2);
  });
}

test('a user in no organization is not asked for one', async (t) => {
  const page = await visitor(t);
  await page.goto(authorizeUrl());
  await button(page, /Nadia Norights/).click();
  await button(page, 'Approve').waitFor();
  assert.equal(await page.getByRole('radio').count(), 0);
});

test('a claim that was asked for by name can be withheld alone', async (t) => {
  const page = await visitor(t, { viewport: { width: 900, height: 1000 } });
  const claims = JSON.stringify({ userinfo: { phone_number: null, name: null } });
  await page.goto(authorizeUrl({ claims }));
  await button(page, /Olivia Owner/).click();
  await page.getByRole('checkbox', { name: 'phone_number', exact: false }).uncheck();
  await page.screenshot(picture('consent-claims'));
  await button(page, 'Approve').click();
  const { access_token } = await redeem(page);
  const headers = { authorization: `Bearer ${access_token}` };
  const user = await (await fetch(`${server.issuer}/oauth/v2/oidc/userinfo`, { headers })).json();
  assert.equal(user.name, 'Olivia Owner');
  assert.equal(user.phone_number, undefined);
});

// proves: LGO-05
test('logging out with the ID token leads back to the application, and the session is over', async (t) => {
  const page = await visitor(t);
  const { id_token } = await signIn(page);
  assert.equal(await isSignedIn(page), true);
  const query = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: bye, state: 'a&b' });
  await page.goto(`${logout}?${query}`);
  assert.equal(page.url(), `${bye}?state=a%26b`);
  assert.equal(await isSignedIn(page), false);
});

test('without a hint the person is asked, and may stay', async (t) => {
  const page = await visitor(t, { viewport: { width: 900, height: 500 } });
  await signIn(page);
  await page.goto(`${logout}?client_id=demo-web`);
  await page.screenshot(picture('logout'));
  await button(page, 'Stay signed in').click();
  assert.match(await page.getByRole('main').innerText(), /still signed in/);
  assert.equal(await isSignedIn(page), true);
  await page.goto(logout);
  await button(page, 'Log out').click();
  await page.screenshot(picture('logged-out'));
  assert.match(await page.getByRole('main').innerText(), /You are logged out/);
  assert.equal(await isSignedIn(page), false);
});

test('a form that another site posts cannot log out without asking', async (t) => {
  const page = await visitor(t);
  await signIn(page);
  await page.goto(`${otherSite}/?action=${encodeURIComponent(logout)}`);
  await button(page, 'Log me out').click();
  await button(page, 'Log out').waitFor(); // it is asked, on our page
  assert.ok(page.url().startsWith(logout));
  assert.equal(await isSignedIn(page), true);
});
