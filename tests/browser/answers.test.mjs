// What a browser makes of the answers: forms that submit themselves, and clients that send it on.
import { start } from '../interop/server.mjs';
import { fixtureFile, launch, listen, picture } from './chromium.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

// The client: what it was told goes into `told`, and the person on to its front end, another origin.
let told = [];
const frontEnd = await listen();
const backEnd = await listen((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => {
    told.push({ method: request.method, url: request.url, fields: new URLSearchParams(body) });
    response.writeHead(302, { location: `${frontEnd}/` });
    response.end();
  });
});
const redirectUri = `${backEnd}/cb`;

const fixture = fixtureFile((_, web) => { web.redirect_uris = [redirectUri]; });
const server = await start('--fixtures', fixture);
const asking = await start('--login', 'page', '--fixtures', fixture);
const browser = await launch();

async function visit(test_, parameters, options = {}, from = server) {
  const context = await browser.newContext(options);
  test_.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  told = [];
  const url = new URL('/oauth/v2/authorize', from.issuer);
  url.search = new URLSearchParams({
    client_id: 'demo-web', redirect_uri: redirectUri, response_type: 'code id_token',
    scope: 'openid', state: '"><b>&', nonce: 'n', ...parameters,
  });
  await page.goto(url.href);
  return page;
}

// proves: RSP-04
test('a form_post answer submits itself and tells the client everything', async (t) => {
  const page = await visit(t, { response_mode: 'form_post' });
  await page.waitForURL(`${frontEnd}/`);
  const [{ method, url, fields }] = told;
  assert.deepEqual([method, url], ['POST', '/cb']);
  assert.deepEqual([...fields.keys()], ['code', 'id_token', 'state', 'iss']);
  assert.equal(fields.get('state'), '"><b>&');
  assert.equal(fields.get('iss'), server.issuer);
});

// proves: RSP-06
test('without JavaScript a form_post answer waits for its button', async (t) => {
  const page = await visit(t, { response_mode: 'form_post' }, { javaScriptEnabled: false });
  assert.deepEqual(told, []);
  await page.screenshot(picture('form-post'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${frontEnd}/`);
  assert.equal(told[0].method, 'POST');
});

test('a client may send the person on to another origin after an approval', async (t) => {
  const page = await visit(t, { response_type: 'code' }, {}, asking);
  await page.getByRole('button', { name: /Olivia Owner/ }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${frontEnd}/`);
  assert.match(told[0].url, /^\/cb\?code=/);
});
