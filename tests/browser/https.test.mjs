// Signing in over https in a real Chromium, which alone knows what Secure and __Host- mean.
import { start } from '../interop/server.mjs';
import { fixtureFile, launch, listen, picture } from './chromium.mjs';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const directory = mkdtempSync(join(tmpdir(), 'makeshift-https-'));
after(() => rmSync(directory, { recursive: true }));
const redirectUri = `${await listen()}/cb`;
const server = await start('--login', 'page', '--tls', 'auto', '--tls-dir', directory, '--https-port', '0',
  '--fixtures', fixtureFile((fixture, web) => { web.redirect_uris = [redirectUri]; }));
const browser = await launch();

function authorizeUrl(base) {
  const url = new URL('/oauth/v2/authorize', base);
  url.search = new URLSearchParams({
    client_id: 'demo-web', redirect_uri: redirectUri, response_type: 'code', scope: 'openid email',
  });
  return url.href;
}

test('a browser that trusts the certificate signs in, and is still signed in the next time', async (t) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  await page.goto(authorizeUrl(server.issuer));
  assert.equal(new URL(page.url()).protocol, 'https:');
  await page.screenshot(picture('https-sign-in'));
  await page.getByRole('button', { name: 'Olivia' }).click();
  await page.getByRole('button', { name: /Approve|Allow/ }).click();
  assert.match(page.url(), /\/cb\?code=/);
  const [cookie] = await context.cookies(server.issuer);
  assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly, cookie.path], ['__Host-makeshift_session', true, true, '/']);
  await page.goto(authorizeUrl(server.issuer)); // no page in between
  assert.match(page.url(), /\/cb\?code=/);
});

test('a browser that does not trust the certificate shows no page of it', async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await assert.rejects(page.goto(authorizeUrl(server.issuer)), /ERR_CERT_AUTHORITY_INVALID/);
});
