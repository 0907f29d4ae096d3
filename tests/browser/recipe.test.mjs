// docs/recipes/playwright.md, saved and typed as it stands there, with a server at MAKESHIFT_URL.
import { start } from '../interop/server.mjs';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const page = readFileSync(join(process.env.MAKESHIFT_ROOT, 'docs/recipes/playwright.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'makeshift-recipe-'));
after(() => rmSync(folder, { recursive: true }));

const server = await start();

test('the recipe for a browser goes through consent and denial, and leaves no tenant', async () => {
  const [, name, content] = page.match(/^`([^`\n]+)`:\n\n```js\n(.*?)^```$/ms);
  const [, typed] = page.match(/^```sh\n(.*?)^```$/ms);
  writeFileSync(join(folder, name), content);
  // What `npm install` leaves in the reader's folder.
  symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // it would report to this runner instead of printing
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', typed], {
    cwd: folder, env: { ...env, MAKESHIFT_URL: server.issuer }, encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^\S* ?pass 2$/m);
  const { items } = await (await fetch(`${server.issuer}/_makeshift/tenants`)).json();
  assert.deepEqual(items.map((tenant) => tenant.name), ['default']);
});
