// What the browser tests share: a Chromium, applications that it comes back to, and a changed fixture.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';

const root = process.env.MAKESHIFT_ROOT;
const screenshots = join(root, 'build/screenshots');
mkdirSync(screenshots, { recursive: true });

// Where a picture of that name is left.
export function picture(name) {
  return { path: join(screenshots, `${name}.png`), fullPage: true };
}

export async function launch() {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-dev-shm-usage'],
  });
  after(() => browser.close());
  return browser;
}

// A web server on a free port; its origin. Without a handler it only receives the browser.
export async function listen(handler = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end('back at the application');
}, host = 'localhost') {
  const application = createServer(handler);
  await new Promise((resolve) => application.listen(0, host, resolve));
  after(() => {
    application.close();
    application.closeAllConnections();
  });
  return `http://${host}:${application.address().port}`;
}

// The path of the default fixture after `change(fixture, itsDemoWeb)`.
export function fixtureFile(change) {
  const scratch = mkdtempSync(join(tmpdir(), 'makeshift-browser-'));
  after(() => rmSync(scratch, { recursive: true }));
  const fixture = JSON.parse(readFileSync(join(root, 'fixtures/default.json'), 'utf8'));
  change(fixture, fixture.clients.find((client) => client.client_id === 'demo-web'));
  cpSync(join(root, 'fixtures/keys'), join(scratch, 'keys'), { recursive: true });
  const file = join(scratch, 'fixture.json');
  writeFileSync(file, JSON.stringify(fixture));
  return file;
}
