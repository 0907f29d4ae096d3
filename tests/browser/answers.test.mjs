// What a browser makes of the answers: forms that submit themselves, and clients that send it on.
import { start } from '../interop/server.mjs';
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';

const root = process.env.MAKESHIFT_ROOT;
const scratch = mkdtempSync(join(tmpdir(), 'makeshift-answers-'));
after(() => rmSync(scratch, { recursive: true }));

async function listen(handler) {
  const application = createServer(handler);
  await new Promise((resolve) => application.listen(0, 'localhost', resolve));
  after(() => {
    application.close();
    application.closeAllConnections();
  });
  return `http://localhost:${application.address().port}`;
}

// The client: what it was told goes into `told`, and the person on to its front end, another origin.
let told = [];
const frontEnd = await listen((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end('the front end');
});
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

function fixture() {
  const data = JSON.parse(readFileSync(join(root, 'fixtures/default.json'), 'utf8'));
  data.clients.find((client) => client.client_id === 'demo-web').redirect_uris = [redirectUri];
  cpSync(join(root, 'fixtures/keys'), join(scratch, 'keys'), { recursive: true });
  const file = join(scratch, 'fixture.json');
  writeFileSync(file, JSON.stringify(data));
  return file;
}

const server = await start('--fixtures', fixture());
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--disable-dev-shm-usage'],
});
after(() => browser.close());

async function visit(test_, parameters, options = {}) {
  const context = await browser.newContext(options);
  test_.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10000);
  told = [];
  const url = new URL('/oauth/v2/authorize', server.issuer);
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
  await page.screenshot({ path: join(root, 'build/screenshots/form-post.png'), fullPage: true });
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${frontEnd}/`);
  assert.equal(told[0].method, 'POST');
});

test('a client may send the person on to another origin after an approval', async (t) => {
  const page = await visit(t, { response_type: 'code', prompt: 'consent' });
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${frontEnd}/`);
  assert.match(told[0].url, /^\/cb\?code=/);
});
