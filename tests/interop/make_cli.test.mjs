// @makehq/cli over https, which it insists on, with nothing but the CA that the ready line names.
import { start } from './server.mjs';
import { folder } from './make.mjs';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

// The client asks for Node.js 20. Where the system's is older, a newer one comes along as a package.
function node() {
  if (Number(process.versions.node.split('.')[0]) >= 20) return process.execPath;
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  return createRequire(import.meta.url).resolve(`node-linux-${arch}/bin/node`);
}

const home = folder();
const server = await start('--tls', 'auto', '--tls-dir', join(home, 'tls'));
const program = new URL('../node_modules/@makehq/cli/dist/index.js', import.meta.url).pathname;

function run(args, change = {}) {
  return promisify(execFile)(node(), [program, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      MAKE_ZONE: new URL(server.issuer).host,
      MAKE_API_KEY: '00000000-0000-4000-8000-000000001001',
      NODE_EXTRA_CA_CERTS: server.ca,
      ...change,
    },
  });
}

async function make(...args) {
  return JSON.parse((await run(args)).stdout);
}

test('the command line tells who it is', async () => {
  assert.deepEqual(await make('whoami'), {
    name: 'Olivia Owner', email: 'olivia.owner@example.com', zone: new URL(server.issuer).host,
  });
});

test('without the CA the command line does not connect', async () => {
  await assert.rejects(run(['whoami'], { NODE_EXTRA_CA_CERTS: '' }), { code: 1, stderr: 'Error: fetch failed\n' });
});

for (const { kind, id, create } of [
  {
    kind: 'scenarios',
    id: '--scenario-id',
    create: ['--team-id', '1', '--scheduling', '{"type":"on-demand"}',
      '--blueprint', '{"name":"By hand","flow":[],"metadata":{}}'],
  },
  { kind: 'teams', id: '--team-id', create: ['--name', 'By hand', '--organization-id', '1'] },
  { kind: 'data-stores', id: '--data-store-id', create: ['--name', 'By hand', '--team-id', '1', '--max-size-m-b', '5'] },
]) {
  test(`the command line creates, lists, gets and deletes: ${kind}`, async () => {
    const list = () => make(kind, 'list', ...(kind === 'teams' ? ['--organization-id', '1'] : ['--team-id', '1']));
    const before = await list();
    const made = await make(kind, 'create', ...create);
    assert.equal(made.name, 'By hand');
    assert.deepEqual((await list()).map((each) => each.id), [...before.map((each) => each.id), made.id]);
    assert.equal((await make(kind, 'get', id, String(made.id))).name, 'By hand');
    await run([kind, 'delete', id, String(made.id)]);
    assert.deepEqual(await list(), before);
    await assert.rejects(run([kind, 'get', id, String(made.id)]), (error) => {
      assert.equal(error.code, 2);
      assert.match(error.stderr, /^Error \[404\]: there is no /);
      return true;
    });
  });
}

test('the command line shows why it was refused', async () => {
  await assert.rejects(run(['hooks', 'list', '--team-id', '1']), (error) => {
    assert.equal(error.code, 2);
    assert.equal(error.stderr, "Error [403]: GET /hooks needs the scope 'hooks:read', which the token lacks\n");
    return true;
  });
  await assert.rejects(run(['whoami'], { MAKE_API_KEY: '00000000-0000-4000-8000-000000000000' }), (error) => {
    assert.match(error.stderr, /^Error \[401\]: the API token is none of this server/);
    return true;
  });
});
