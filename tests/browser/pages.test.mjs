// The sign-in and consent pages in a real Chromium: by mouse, by keyboard, without JavaScript, and
// with hostile values in every place a value can come from.
import { start } from '../interop/server.mjs';
import { fixtureFile, launch, listen, picture } from './chromium.mjs';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';

// The client's own web server: it only receives the browser.
const redirectUri = `${await listen()}/cb`;

const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'';

const server = await start('--login', 'page', '--fixtures', fixtureFile((fixture, web) => {
  web.redirect_uris = [redirectUri];
  fixture.clients.push({ ...web, client_id: 'hostile', client_name: `Evil ${HOSTILE}` });
  fixture.users.push({ sub: `9"'<b>`, name: `Mallory ${HOSTILE}`, email: 'mallory@example.com' });
}));
const browser = await launch();

// A page in a fresh context, and what it must never do, asserted at the end of each test.
async function visitor(test_, options = {}) {
  const context = await browser.newContext({ ...options });
  const page = await context.newPage();
  const seen = { dialogs: [], strangers: [], complaints: [] };
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    dialog.dismiss();
  });
  page.on('request', (request) => {
    const { host } = new URL(request.url());
    if (![new URL(server.issuer).host, new URL(redirectUri).host].includes(host)) {
      seen.strangers.push(request.url());
    }
  });
  page.on('console', (message) => {
    // Chromium looks for a favicon by itself, at times; no page asks for one.
    const own = message.text().includes(`'${new URL(server.issuer).origin}/favicon.ico'`)
      || message.text().includes(`'${new URL(redirectUri).origin}/favicon.ico'`);
    if (!own && /Content Security Policy|Refused to/.test(message.text())) {
      seen.complaints.push(message.text());
    }
  });
  page.setDefaultTimeout(30000);
  test_.after(() => context.close());
  return { page, seen };
}

function assertQuiet({ dialogs, strangers, complaints }) {
  assert.deepEqual(dialogs, [], 'a script ran');
  assert.deepEqual(strangers, [], 'a page asked somebody else');
  assert.deepEqual(complaints, [], 'a page breaks its own content security policy');
}

// The tests share a server, which remembers consent: each asks for it anew.
function authorizeUrl(parameters = {}) {
  const url = new URL('/oauth/v2/authorize', server.issuer);
  url.search = new URLSearchParams({
    client_id: 'demo-web',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile email scenarios:read',
    state: 'a-state',
    prompt: 'consent',
    ...parameters,
  });
  return url.href;
}

// Waits until the browser is back at the application; the parameters it brought.
async function arrival(page) {
  await page.waitForURL((url) => url.href.startsWith(redirectUri));
  const parameters = new URL(page.url()).searchParams;
  assert.equal(parameters.get('state'), 'a-state');
  assert.equal(parameters.get('iss'), server.issuer);
  return parameters;
}

async function tokensOf(code, more = {}) {
  const response = await fetch(new URL('/oauth/v2/token', server.issuer), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'demo-web',
      client_secret: 'demo-web-secret-for-tests-only-0001',
      redirect_uri: redirectUri,
      code,
      ...more,
    }),
  });
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

async function subjectOf(code, more) {
  const { id_token: token } = await tokensOf(code, more);
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub;
}

const button = (page, name) => page.getByRole('button', { name });

test('a click on a user with a password fills the name in and waits for the password', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl());
  await page.getByRole('link', { name: /Max Member/ }).click();
  await page.locator('#password:focus').waitFor();
  assert.equal(await page.locator('#username').inputValue(), 'max.member@example.com');
  await page.keyboard.type('member-password');
  await page.keyboard.press('Enter');
  await button(page, 'Approve').click();
  assert.equal(await subjectOf((await arrival(page)).get('code')), '1002');
  assertQuiet(seen);
});

// proves: AUT-26
test('a user is picked with one click, approves, and the client learns who it is', async (t) => {
  const { page, seen } = await visitor(t, { viewport: { width: 900, height: 900 } });
  await page.goto(authorizeUrl());
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  await page.screenshot(picture('sign-in'));
  await button(page, /Nadia Norights/).click();
  await button(page, 'Approve').waitFor();
  await page.screenshot(picture('consent'));
  assert.match(await page.getByRole('main').innerText(), /Demo web application/);
  assert.match(await page.getByRole('main').innerText(), /Nadia Norights/);
  await button(page, 'Approve').click();
  const parameters = await arrival(page);
  assert.equal(await subjectOf(parameters.get('code')), '1003');
  assertQuiet(seen);
});

// proves: RSP-16
test('a user who denies sends the client access_denied', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl());
  await button(page, /Olivia Owner/).click();
  await button(page, 'Deny').click();
  const parameters = await arrival(page);
  assert.equal(parameters.get('error'), 'access_denied');
  assert.equal(parameters.get('code'), null);
  assertQuiet(seen);
});

test('a user who cancels instead of signing in sends the client access_denied', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl());
  await button(page, 'Cancel').click();
  assert.equal((await arrival(page)).get('error'), 'access_denied');
  assertQuiet(seen);
});

test('a wrong password is told and the name is kept; the right one signs in', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl());
  await page.getByLabel('E-mail, user name or subject').fill('max.member@example.com');
  await page.getByLabel(/^Password/).fill('not-the-password');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').waitFor();
  await page.screenshot(picture('wrong-password'));
  assert.equal(await page.getByLabel('E-mail, user name or subject').inputValue(), 'max.member@example.com');
  assert.equal(await page.getByLabel(/^Password/).inputValue(), '');
  await page.getByLabel(/^Password/).fill('member-password');
  await button(page, 'Sign in').click();
  await button(page, 'Approve').click();
  assert.equal(await subjectOf((await arrival(page)).get('code')), '1002');
  assertQuiet(seen);
});

test('a user can go back from consent and sign in as another', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl());
  await button(page, /Olivia Owner/).click();
  await button(page, 'Use another account').click();
  await button(page, /Nadia Norights/).click();
  await button(page, 'Approve').click();
  assert.equal(await subjectOf((await arrival(page)).get('code')), '1003');
  assertQuiet(seen);
});

// Presses Tab until the focus is on the control with this text.
async function tabTo(page, text) {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (text.test(focused.trim())) return;
  }
  assert.fail(`the keyboard does not reach ${text}`);
}

test('the keyboard alone signs in and approves', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl());
  await tabTo(page, /Nadia Norights/);
  await page.keyboard.press('Enter');
  await button(page, 'Approve').waitFor();
  await tabTo(page, /^Approve$/);
  await page.screenshot(picture('focus'));
  await page.keyboard.press('Enter');
  assert.equal(await subjectOf((await arrival(page)).get('code')), '1003');
  assertQuiet(seen);
});

test('the pages work without JavaScript', async (t) => {
  const { page } = await visitor(t, { javaScriptEnabled: false });
  await page.goto(authorizeUrl());
  await button(page, /Nadia Norights/).click();
  await button(page, 'Approve').click();
  assert.equal(await subjectOf((await arrival(page)).get('code')), '1003');
});

const scopesOf = async (code) => (await tokensOf(code)).scope.split(' ');

test('the keyboard alone withholds a scope, and the tokens lack it', async (t) => {
  const { page, seen } = await visitor(t, { javaScriptEnabled: false });
  await page.goto(authorizeUrl());
  await button(page, /Olivia Owner/).click();
  const required = page.getByRole('checkbox', { name: 'openid' });
  assert.equal(await required.isDisabled() && await required.isChecked(), true);
  const email = page.getByRole('checkbox', { name: /See your e-mail address/ });
  await email.focus();
  await page.keyboard.press('Space');
  assert.equal(await email.isChecked(), false);
  await page.screenshot(picture('consent-withheld'));
  await page.keyboard.press('Enter'); // as anywhere in a form: its first button
  const scopes = await scopesOf((await arrival(page)).get('code'));
  assert.deepEqual(scopes, ['openid', 'profile', 'scenarios:read']);
  assertQuiet(seen);
});

test('a click on the words clears a checkbox; with none left the page says so', async (t) => {
  const { page, seen } = await visitor(t);
  await page.goto(authorizeUrl({ scope: 'scenarios:read email' }));
  await button(page, /Nadia Norights/).click();
  for (const scope of ['scenarios:read', 'email']) {
    await page.getByText(scope, { exact: true }).click();
    assert.equal(await page.locator(`input[value="${scope}"]`).isChecked(), false);
  }
  await button(page, 'Approve').click();
  await page.getByRole('alert').waitFor();
  await page.screenshot(picture('consent-none-left'));
  await page.getByRole('checkbox', { name: /email/ }).check();
  await button(page, 'Approve').click();
  assert.deepEqual(await scopesOf((await arrival(page)).get('code')), ['email']);
  assertQuiet(seen);
});

test('a request for more shows apart what is new; one for the same shows nothing', async (t) => {
  const { page, seen } = await visitor(t, { colorScheme: 'dark' });
  await page.goto(authorizeUrl({ prompt: '', scope: 'openid phone' }));
  await button(page, /Nadia Norights/).click();
  await button(page, 'Approve').click();
  await arrival(page);
  await page.goto(authorizeUrl({ prompt: '', scope: 'openid phone scenarios:write' }));
  const lists = page.getByRole('list');
  assert.equal(await page.getByRole('list', { name: /^New/ }).getByRole('checkbox').count(), 1);
  assert.equal(await lists.count(), 2);
  await page.screenshot(picture('consent-more'));
  await button(page, 'Approve').click();
  await arrival(page);
  await page.goto(authorizeUrl({ prompt: '', scope: 'openid scenarios:write' }));
  assert.equal((await scopesOf((await arrival(page)).get('code'))).length, 2);
  assertQuiet(seen);
});

test('the pages fit a telephone', async (t) => {
  const { page } = await visitor(t, { viewport: { width: 340, height: 700 } });
  await page.goto(authorizeUrl());
  for (const name of ['sign-in', 'consent']) {
    await page.screenshot(picture(`${name}-narrow`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 340, `${name} is ${wide} wide`);
    if (name === 'sign-in') {
      await button(page, /Nadia Norights/).click();
      await button(page, 'Approve').waitFor();
    }
  }
});

// proves: AUT-37 AUT-38 AUT-39
test('every page forbids framing, scripts, foreign resources, referrers and caches', async (t) => {
  const { page, seen } = await visitor(t);
  const check = (response) => {
    const headers = response.headers();
    assert.match(headers['content-security-policy'], /default-src 'none'/);
    assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
    assert.doesNotMatch(headers['content-security-policy'], /script-src|unsafe-eval/);
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.match(headers['cache-control'], /no-store/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
  };
  check(await page.goto(authorizeUrl()));
  const consent = page.waitForResponse(
    (response) => response.status() === 200 && response.request().method() !== 'OPTIONS');
  await button(page, /Olivia Owner/).click();
  check(await consent);
  check(await page.goto(authorizeUrl({ client_id: 'no-such-client' })));
  await page.screenshot(picture('error'));
  assertQuiet(seen);
});

const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '</style></title></textarea><svg onload=alert(1)>',
  'javascript:alert(1)',
  '{{{style}}}{{client_name}}<iframe srcdoc="<script>alert(1)</script>">',
];

const PARAMETERS = [
  'client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'nonce', 'prompt', 'max_age',
  'login_hint', 'ui_locales', 'claims_locales', 'display', 'acr_values', 'id_token_hint', 'claims',
  'request', 'request_uri', 'registration', 'response_mode', 'code_challenge',
  'code_challenge_method', 'no_such_parameter',
];

// Nothing that a payload spells has become part of the document.
async function assertNoMarkup(page, what) {
  if (page.url().startsWith(redirectUri)) return; // it is the application's page
  const made = await page.evaluate(() => [
    ...document.querySelectorAll('script, img, svg, iframe, object, embed, b[onclick], base'),
    ...[...document.querySelectorAll('*')].filter((element) =>
      [...element.attributes].some(({ name, value }) =>
        name.startsWith('on') || /^\s*javascript:/i.test(value) && name !== 'value')),
  ].map((element) => element.outerHTML));
  assert.deepEqual(made, [], what);
}

// The policy is switched off here: what it would stop must not be there in the first place.
// proves: ADM-08 AUT-40
test('no parameter becomes markup or script', async (t) => {
  const { page, seen } = await visitor(t, { bypassCSP: true });
  for (const name of PARAMETERS) {
    for (const payload of PAYLOADS) {
      await page.goto(authorizeUrl({ [name]: payload }));
      await assertNoMarkup(page, `${name}=${payload}`);
    }
  }
  assert.deepEqual(seen.dialogs, []);
});

// proves: ADM-08 AUT-40
test('no field of the pages becomes markup or script', async (t) => {
  const { page, seen } = await visitor(t, { bypassCSP: true });
  for (const payload of PAYLOADS) {
    await page.goto(authorizeUrl());
    await page.getByLabel('E-mail, user name or subject').fill(payload);
    await page.getByLabel(/^Password/).fill(payload);
    await button(page, 'Sign in').click();
    await page.getByRole('alert').waitFor();
    await assertNoMarkup(page, payload);
    for (const path of ['sign-in', 'consent']) {
      const query = new URLSearchParams({ interaction: payload });
      await page.goto(`${server.issuer}/oauth/v2/authorize/${path}?${query}`);
      await assertNoMarkup(page, `${path}: ${payload}`);
    }
  }
  assert.deepEqual(seen.dialogs, []);
});

// proves: ADM-08 AUT-40
test('no name of a client or a user becomes markup or script', async (t) => {
  const { page, seen } = await visitor(t, { bypassCSP: true });
  await page.goto(authorizeUrl({ client_id: 'hostile' }));
  await assertNoMarkup(page, 'sign-in');
  await button(page, /Mallory/).click();
  await button(page, 'Approve').waitFor();
  assert.ok((await page.getByRole('main').innerText()).includes(`Mallory ${HOSTILE}`));
  assert.ok((await page.getByRole('main').innerText()).includes(`Evil ${HOSTILE}`));
  await assertNoMarkup(page, 'consent');
  await button(page, 'Approve').click();
  const { searchParams } = new URL((await arrival(page), page.url()));
  assert.equal(await subjectOf(searchParams.get('code'), { client_id: 'hostile' }), `9"'<b>`);
  assert.deepEqual(seen.dialogs, []);
});

// proves: AUT-37
test('another site cannot put the pages in a frame', async (t) => {
  const { page } = await visitor(t);
  const framer = await listen((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<iframe src="${authorizeUrl().replaceAll('&', '&amp;')}"></iframe>`);
  });
  await page.goto(`${framer}/`, { waitUntil: 'load' });
  const [, framed] = page.frames();
  assert.equal(await framed.getByRole('button').count(), 0);
});

// RFC 7636: the challenge survives the way through the pages.
test('a request with PKCE goes through the pages', async (t) => {
  const { page } = await visitor(t);
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  await page.goto(authorizeUrl({ code_challenge: challenge, code_challenge_method: 'S256' }));
  await button(page, /Olivia Owner/).click();
  await button(page, 'Approve').click();
  const code = (await arrival(page)).get('code');
  assert.equal(await subjectOf(code, { code_verifier: verifier }), '1001');
});
