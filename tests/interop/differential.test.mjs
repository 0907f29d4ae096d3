// Differential: the same requests to makeshift and to oidc-provider, a certified server that others
// wrote. Where they answer differently in status class, in `error` or in whether the browser is led
// to the client, differences.mjs has a row with the reason; and a row that explains nothing is wrong.
import { clients, start } from './server.mjs';
import { authorizations } from './authorizations.mjs';
import { explain, remember, unused } from './differences.mjs';
import { exchanges } from './exchanges.mjs';
import { generator } from './generator.mjs';
import { fixture, startReference } from './reference.mjs';
import { Side } from './side.mjs';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const SEED = 20260101;
const folder = mkdtempSync(join(tmpdir(), 'makeshift-'));
writeFileSync(join(folder, 'fixture.json'), JSON.stringify(fixture));
const server = await start('--fixtures', join(folder, 'fixture.json'));
rmSync(folder, { recursive: true });
const ours = new Side(server.issuer, {
  authorize: '/oauth/v2/authorize', token: '/oauth/v2/token', revoke: '/oauth/v2/revoke',
  userinfo: '/oauth/v2/oidc/userinfo',
});
const theirs = new Side(await startReference(), {
  authorize: '/auth', token: '/token', revoke: '/token/revocation', userinfo: '/me',
});

// Runs a case on both sides. The differences that no row explains are collected, not thrown: one
// look at all of them says more than the first.
async function compare(cases) {
  const unexplained = [];
  let requests = 0;
  for (const example of cases) {
    const answers = [await example.run(ours), await example.run(theirs)];
    requests += answers[0].length;
    answers[0].forEach((our, step) => {
      const difference = { ...example, step, ours: our, theirs: answers[1][step] };
      remember(difference);
      if (difference.ours !== difference.theirs && !explain(difference)) {
        unexplained.push(`${example.name} [${step}]: ${difference.ours} | ${difference.theirs}`);
      }
    });
  }
  return { requests, unexplained };
}

let total = 0;
for (const [what, cases] of [
  ['authorization requests', authorizations(clients, generator(SEED))],
  ['token, revocation and userinfo requests', exchanges(clients)],
]) {
  test(`makeshift answers ${what} as oidc-provider does, but for differences with a reason`, async () => {
    const { requests, unexplained } = await compare(cases);
    total += requests;
    const summary = `${unexplained.length} differences in ${requests} answers, seed ${SEED}`;
    assert.equal(unexplained.length, 0, [summary, ...unexplained].join('\n'));
  });
}

test('at least 500 requests were compared', () => assert.ok(total >= 500, `only ${total}`));
test('each reason explains a difference', () => assert.deepEqual(unused(), []));
