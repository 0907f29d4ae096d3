// makeshift as Make: a custom app's connection, run against an authorization server that others wrote.
import './server.mjs';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { connectionAt, workspace } from './connections.mjs';
import { startReference } from './reference.mjs';

const { run, store, stored } = workspace();
const issuer = await startReference();
const connection = () => connectionAt({
  authorize: `${issuer}/auth`, token: `${issuer}/token`, info: `${issuer}/me`, revoke: `${issuer}/token/revocation`,
});

test('a connection connects with PKCE, refreshes with rotation, and is invalidated', async () => {
  assert.deepEqual(await run(connection()), { code: 0, steps: ['authorize', 'token', 'info'], stderr: '' });
  const first = stored();
  assert.deepEqual([first.uid, first.metadata], ['1001', { type: 'text', value: 'Olivia Owner' }]);
  assert.deepEqual(await run(connection(), '--refresh', 'when-due'), { code: 0, steps: ['refresh', 'info'], stderr: '' });
  assert.deepEqual(await run(connection(), '--refresh', 'now'), { code: 0, steps: ['refresh', 'info'], stderr: '' });
  const last = stored();
  assert.notEqual(last.data.refreshToken, first.data.refreshToken);
  assert.deepEqual(await run(connection(), '--invalidate'), { code: 0, steps: ['invalidate'], stderr: '' });
  writeFileSync(store, JSON.stringify(last));
  const gone = await run(connection(), '--refresh', 'now');
  assert.equal(gone.code, 14);
  assert.match(gone.stderr, /^step refresh \(\/refresh\): POST \S+ answered 400: \{"error":"invalid_grant"/);
});

test('a verifier of one uuid is refused there as well', async () => {
  const made = connection();
  made.authorize.temp.verifier = '{{uuid}}';
  const { code, stderr } = await run(made);
  assert.equal(code, 12);
  assert.match(stderr, /invalid_(request|grant)/);
});
