// `makeshift connection serve` in a real Chromium: a person connects custom apps' connections, and sees what they keep.
import { start } from '../interop/server.mjs';
import { launch, picture } from './chromium.mjs';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const evil = '</style></pre><img src=x onerror=document.title="owned">';
const provider = await start('--login', 'page', '--control', 'on');
const browser = await launch();

// demo-native's connection, as Make documents one.
function connection(change = () => {}) {
  const { issuer } = provider;
  const token = {
    url: `${issuer}/oauth/v2/token`, method: 'POST', type: 'urlencoded',
    response: {
      data: {
        accessToken: '{{body.access_token}}', refreshToken: '{{body.refresh_token}}', expires: '{{addSeconds(now, body.expires_in)}}',
      },
      error: '{{body.error}}: {{body.error_description}}',
    },
    log: { sanitize: ['request.body', 'response.body'] },
  };
  const made = {
    authorize: {
      url: `${issuer}/oauth/v2/authorize`, temp: { verifier: '{{uuid}}{{uuid}}' },
      qs: {
        client_id: '{{common.clientId}}', scope: "{{join(oauth.scope, ' ')}}", redirect_uri: '{{oauth.makeRedirectUri}}', response_type: 'code',
        code_challenge: "{{base64url(sha256(temp.verifier, 'base64'))}}", code_challenge_method: 'S256',
      },
      response: { temp: { code: '{{query.code}}' } },
    },
    token: {
      ...token,
      body: {
        grant_type: 'authorization_code', code: '{{temp.code}}', client_id: '{{common.clientId}}', redirect_uri: '{{oauth.makeRedirectUri}}',
        code_verifier: '{{temp.verifier}}',
      },
    },
    info: {
      url: `${issuer}/oauth/v2/oidc/userinfo`, headers: { Authorization: 'Bearer {{connection.accessToken}}' },
      response: { uid: '{{body.sub}}', metadata: { type: 'email', value: '{{body.email}}' } }, log: { sanitize: ['request.headers.authorization'] },
    },
    refresh: {
      ...token, condition: '{{data.expires < addMinutes(now, 1)}}',
      body: { grant_type: 'refresh_token', refresh_token: '{{data.refreshToken}}', client_id: '{{common.clientId}}' },
    },
    invalidate: {
      url: `${issuer}/oauth/v2/revoke`, method: 'POST', type: 'urlencoded', body: { token: '{{data.refreshToken}}', client_id: '{{common.clientId}}' },
      log: { sanitize: ['request.body'] },
    },
  };
  change(made);
  return made;
}

// `connection serve` of these, by name: its address, where it keeps them, and what it said on standard error.
async function serve(t, made, folder = mkdtempSync(join(tmpdir(), 'connections-'))) {
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = Object.entries(made).map(([name, one]) => {
    const file = join(folder, `${name}.imljson`);
    writeFileSync(file, JSON.stringify(one));
    return file;
  });
  writeFileSync(join(folder, 'common.json'), JSON.stringify({ clientId: 'demo-native' }));
  const store = join(folder, 'store');
  const child = spawn(process.env.MAKESHIFT_BIN, ['connection', 'serve', ...files, '--common', join(folder, 'common.json'), '--store', store,
    '--redirect-uri', 'http://127.0.0.1/callback', '--scope', 'openid email offline_access'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
  };
  t.after(stop);
  const said = [];
  const url = await new Promise((resolve) => createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (line.startsWith('http://')) resolve(line);
  }));
  return { url, store, said, folder, stop };
}

async function open(t, url, options = {}) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  const said = [];
  page.on('pageerror', (error) => said.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) said.push(message.text());
  });
  t.after(() => assert.deepEqual(said, []));
  await page.goto(url);
  return page;
}

// The policy of the page lets nobody in; so the judge comes by the debugger.
async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

async function signIn(page, decision = 'Approve') {
  await page.getByRole('button', { name: /Olivia/ }).click();
  await page.getByRole('button', { name: decision }).click();
}

async function connect(page) {
  await press(page, 'Connect');
  await signIn(page);
  await page.getByText('Connected.').waitFor();
}

const stored = (file) => JSON.parse(readFileSync(file, 'utf8'));

test('a person connects, verifies, refreshes, reauthorizes and ends a connection, and sees no secret', async (t) => {
  const { url, store } = await serve(t, { crm: connection() });
  const page = await open(t, url);
  await page.getByRole('link', { name: 'crm' }).click();
  await page.getByText('Nothing yet.').waitFor();
  await connect(page);
  assert.equal(new URL(page.url()).search, '', 'the code does not stay in the address');
  await page.getByText('olivia.owner@example.com').first().waitFor();
  await page.getByText('(in 5 minutes)').waitFor();
  assert.equal(await page.title(), 'Connected. \u00b7 crm \u00b7 makeshift');
  await page.keyboard.press('Tab'); // goes on at the connection, and not at the top of the page
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Reauthorize');
  const secrets = [stored(store).data.accessToken, stored(store).data.refreshToken];
  await press(page, 'Verify');
  await page.getByText('Verified: info was answered.').waitFor();
  await press(page, 'Refresh if due');
  await page.getByText('Not refreshed: its condition is false, it is not due.').waitFor();
  await press(page, 'Refresh now');
  await page.getByText('Refreshed.').waitFor();
  assert.notEqual(stored(store).data.refreshToken, secrets[1]);
  secrets.push(stored(store).data.accessToken, stored(store).data.refreshToken);
  const html = await page.content();
  assert.deepEqual(secrets.filter((secret) => html.includes(secret)), []);
  assert.match(await page.locator('pre').textContent(), /^refresh\n {2}request\.method: "POST"[^]*<- \{\{body\.access_token\}\}/);
  await press(page, 'Reauthorize'); // the service knows the person
  await press(page, 'Approve');
  await page.getByText('Reauthorized.').waitFor();
  await press(page, 'Invalidate and delete');
  await page.getByText('Deleted.').waitFor();
  assert.equal(existsSync(store), false);
});

test('connections of one page are kept apart, and go on where they were after a restart', async (t) => {
  const made = { crm: connection(), mail: connection() };
  const first = await serve(t, made);
  const page = await open(t, `${first.url}connections/2`);
  await connect(page);
  assert.equal(existsSync(join(first.store, 'crm.json')), false);
  await first.stop();
  const second = await serve(t, made, first.folder);
  await page.goto(second.url);
  await page.getByRole('heading', { name: 'mail connected', exact: true }).waitFor();
  await page.getByRole('heading', { name: 'crm not connected', exact: true }).waitFor();
  await page.getByRole('link', { name: 'mail' }).click();
  await press(page, 'Refresh now');
  await page.getByText('Refreshed.').waitFor();
});

test('a person who denies, and a service that fails, are told in our words and as Make would show them', async (t) => {
  const { url } = await serve(t, { crm: connection() });
  const page = await open(t, `${url}connections/1`);
  await press(page, 'Connect');
  await signIn(page, 'Deny');
  await page.getByRole('alert').getByText('the callback says access_denied').waitFor();
  assert.match(await page.title(), /^Failed · crm/);
  await page.getByText('"SC424"').waitFor();
});

for (const colorScheme of ['light', 'dark']) {
  for (const [device, viewport] of [['desk', { width: 1280, height: 900 }], ['phone', { width: 360, height: 740 }]]) {
    test(`nothing is found wrong with the pages for who cannot see them well, ${colorScheme}, ${device}`, async (t) => {
      const { url } = await serve(t, { crm: connection(), mail: connection((one) => { one.token.response.data.name = evil; }) });
      const page = await open(t, url, { colorScheme, viewport, bypassCSP: true });
      assert.deepEqual(await findings(page), []);
      await page.getByRole('link', { name: 'mail' }).click();
      assert.deepEqual(await findings(page), []);
      await connect(page);
      assert.deepEqual(await findings(page), []);
      assert.notEqual(await page.title(), 'owned');
      await page.screenshot(picture(`connection-${colorScheme}-${device}`));
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
      assert.equal(wider, false, 'nothing is wider than the screen');
      await page.goto(url);
      await page.screenshot(picture(`connections-${colorScheme}-${device}`));
      assert.deepEqual(await findings(page), []);
    });
  }
}

test('it goes by keyboard, and without scripts', async (t) => {
  const { url } = await serve(t, { crm: connection() });
  const page = await open(t, `${url}connections/1`, { javaScriptEnabled: false });
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /Olivia/ }).press('Enter');
  await page.getByRole('button', { name: 'Approve' }).press('Enter');
  await page.getByRole('status').getByText('Connected.').waitFor();
});

test('a form of another site does nothing', async (t) => {
  const { url, said } = await serve(t, { crm: connection() });
  const token = /name="token" value="([^"]+)"/.exec(await (await fetch(`${url}connections/1`)).text())[1];
  const other = await open(t, `${provider.issuer}/`, { bypassCSP: true });
  for (const known of ['', token]) {
    await other.goto(`${provider.issuer}/`);
    await other.evaluate(([action, value]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      for (const [name, text] of [['token', value], ['action', 'connect']]) {
        form.append(Object.assign(document.createElement('input'), { name, value: text }));
      }
      document.body.append(form);
      form.submit();
    }, [`${url}connections/1`, known]);
    await other.getByRole('heading', { name: 'This form is not of this page' }).waitFor();
  }
  assert.equal(said.length, 2);
});
