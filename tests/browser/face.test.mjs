// The pages about the server itself in a real Chromium: a flow is tried, what happened is looked at, and steered.
import { start } from '../interop/server.mjs';
import { fixtureFile, launch, picture } from './chromium.mjs';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const evil = '</script><img src=x onerror=document.title="owned">';
const server = await start('--fixtures', fixtureFile((fixture, web) => {
  web.client_name = evil;
  fixture.users[0].name = evil;
}));
const browser = await launch();

// A tenant and a page on it; whatever the console has to say is a failure but for refusals that were asked for.
async function visit(t, path, options = {}) {
  const made = await fetch(`${server.issuer}/_makeshift/tenants`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}',
  });
  const { issuer } = await made.json();
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  const said = [];
  page.on('pageerror', (error) => said.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      said.push(message.text());
    }
  });
  t.after(() => assert.deepEqual(said, []));
  await page.goto(issuer + path);
  return { page, issuer };
}

async function door(issuer, method, path, body) {
  const answer = await fetch(`${issuer}/_makeshift/${path}`, {
    method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body),
  });
  return answer.status === 204 ? null : answer.json();
}

// The policy of the page lets nobody in; so the judge comes by the debugger.
async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

const refuse = (issuer) => fetch(`${issuer}/oauth/v2/token`, {
  method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: 'demo-spa' }),
});

for (const colorScheme of ['light', 'dark']) {
  test(`nothing is found wrong with the pages for who cannot see them well, ${colorScheme}`, async (t) => {
    const { page, issuer } = await visit(t, '/', { colorScheme, bypassCSP: true });
    assert.deepEqual(await findings(page), []);
    await refuse(issuer);
    for (const path of ['/_makeshift/try', '/_makeshift/']) {
      await page.goto(issuer + path);
      for (const summary of await page.locator('summary:has(h2)').all()) {
        await summary.evaluate((element) => { element.parentElement.open = true; });
      }
      if (path === '/_makeshift/') {
        await page.getByText('invalid_grant').first().click();
        await page.getByText('Nothing goes wrong on purpose.').waitFor();
      }
      assert.deepEqual(await findings(page), [], path);
      await page.screenshot(picture(`face-${colorScheme}${path.replaceAll('/', '-')}`));
    }
  });
}

test('a flow is tried from the home page to the refusal of a token that was used before', async (t) => {
  const { page, issuer } = await visit(t, '/');
  await page.screenshot(picture('home'));
  await page.getByRole('link', { name: 'Try it as demo-spa' }).click();
  await page.getByRole('button', { name: 'Make the authorization request' }).click();
  await page.getByRole('button', { name: 'Send the browser there' }).click();
  await page.getByRole('heading', { name: 'UserInfo' }).waitFor();
  assert.equal(new URL(page.url()).search, '', 'the code does not stay in the address');
  await page.getByText('Its header, claims and checks').first().click();
  await page.getByText('signature: passed').first().waitFor();
  await page.getByRole('button', { name: 'Refresh', exact: true }).click();
  await page.getByRole('button', { name: 'Use the old refresh token again' }).click();
  await page.getByText('refresh_token was used').waitFor();
  await page.screenshot(picture('try'));
  const { items } = await door(issuer, 'GET', 'journal?endpoint=token');
  assert.deepEqual(items.map((entry) => entry.status), [200, 200, 400]);
});

test('a flow that would come back elsewhere is not begun, and where to go is told', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/try');
  await page.goto(`${issuer.replace('localhost', '127.0.0.1')}/_makeshift/try`);
  await page.getByRole('button', { name: 'Make the authorization request' }).click();
  await page.getByText(`open ${issuer}/_makeshift/try`).waitFor();
});

test('a confidential client is tried with its secret, and refused with another', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/try?client_id=demo-web');
  await page.getByRole('button', { name: 'Make the authorization request' }).click();
  await page.getByRole('button', { name: 'Send the browser there' }).click();
  await page.getByRole('heading', { name: 'UserInfo' }).waitFor();
  await page.goto(`${issuer}/_makeshift/try?client_id=demo-web`);
  await page.getByLabel('Its secret').fill('wrong');
  await page.getByRole('button', { name: 'Make the authorization request' }).click();
  await page.getByRole('button', { name: 'Send the browser there' }).click();
  await page.getByText('invalid_client').waitFor();
});

test('whoever has tried a flow with the keyboard on a phone stays where they are, and starts over', async (t) => {
  const { page } = await visit(t, '/_makeshift/try?client_id=demo-spa', { viewport: { width: 375, height: 667 } });
  await page.getByRole('button', { name: 'Make the authorization request' }).click();
  await page.getByRole('button', { name: 'Send the browser there' }).press('Enter');
  const refresh = page.getByRole('button', { name: 'Refresh', exact: true });
  await refresh.waitFor();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height < 3 * 667, `${height} pixels`);
  await refresh.press('Enter');
  await page.getByRole('heading', { name: 'Refresh' }).waitFor();
  await page.getByText('Answer: 200 OK').nth(2).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Refresh');
  await page.getByRole('link', { name: 'Start over' }).click();
  await page.getByLabel('Scope').waitFor();
  assert.equal(await page.getByLabel('Client', { exact: true }).inputValue(), 'demo-spa');
});

test('a flow that cannot begin is told once', async (t) => {
  const { page } = await visit(t, '/_makeshift/try?client_id=no-such-client');
  await page.getByText("No client 'no-such-client' may have").waitFor();
  await page.route('**/tries', (route) => route.abort());
  for (const round of [1, 2]) {
    const failed = page.waitForEvent('requestfailed');
    await page.getByRole('button', { name: 'Make the authorization request' }).click();
    await failed;
    await page.getByRole('heading', { name: 'That did not work' }).first().waitFor();
    await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.locator('.step').count(), 1, `round ${round}`);
  }
});

test('what a button copies stands on it again afterwards', async (t) => {
  const { page } = await visit(t, '/');
  const copy = page.getByRole('button', { name: 'Copy issuer' });
  const before = await copy.innerHTML();
  await copy.click();
  await copy.click({ timeout: 500 }).catch(() => {}); // it is called something else meanwhile
  await page.getByRole('button', { name: /Copied|Selected/ }).waitFor();
  await copy.waitFor();
  assert.equal(await copy.innerHTML(), before);
});

test('the inspector shows a refusal live, and opens it to what was expected', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await page.getByText('Nothing has happened yet.').waitFor();
  await page.getByRole('link', { name: 'try a flow' }).waitFor();
  await refuse(issuer);
  await page.getByRole('link', { name: 'try a flow' }).waitFor({ state: 'hidden' });
  const entry = page.locator('.entry').first();
  await entry.getByText('invalid_grant').click();
  await entry.getByText('What is wrong').waitFor();
  const [{ verdict }] = (await door(issuer, 'GET', 'journal')).items;
  for (const text of [verdict.check, verdict.expected, verdict.clause, verdict.detail]) {
    assert.ok((await entry.textContent()).includes(text), text);
  }
});

test('what is opened stays open while more happens, and a filter leaves what it names', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await refuse(issuer);
  await page.locator('.entry').first().click();
  await fetch(`${issuer}/oauth/v2/oidc/jwks`);
  await page.getByText('GET jwks').waitFor();
  assert.equal(await page.locator('.entry[open]').count(), 1);
  await page.getByLabel('Endpoint').first().selectOption('jwks');
  await page.getByText('POST token').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.entry').count(), 1);
  await page.getByLabel('Client').first().selectOption('demo-web');
  await page.getByText('None of 2 exchanges fits the filters.').waitFor();
});

test('what was shown before the server was gone is called old until it answers again', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await refuse(issuer);
  await page.getByText('1 exchange, newest first.').waitFor();
  await page.route('**/journal?*', (route) => route.abort());
  await refuse(issuer);
  await page.getByText('what stands here may be old').waitFor();
  assert.equal(await page.locator('.entry').count(), 2);
  await page.unroute('**/journal?*');
  await page.getByText('2 exchanges, newest first.').waitFor();
});

test('the clock that the inspector shows goes on, and what a button did is told', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await page.getByRole('button', { name: '+1 hour' }).press('Enter');
  await page.getByText('+1 hour: done at').waitFor();
  await door(issuer, 'POST', 'clock', { skew: '-10m' });
  await page.getByRole('button', { name: '+1 minute' }).press('Enter');
  await page.getByText('moved by 3660 s, tokens 600 s behind').waitFor();
  const before = await page.locator('#now').textContent();
  await page.waitForFunction((told) => document.getElementById('now').textContent > told, before);
  await page.locator('#panel-latches summary').click();
  await page.getByRole('button', { name: 'Hold them' }).click();
  await page.getByRole('button', { name: 'Release one' }).press('Enter');
  await page.getByText('Release one: done at').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Release one');
});

test('faults, the clock, keys and sign-ins are steered from the page', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  const kids = async () => (await door(issuer, 'GET', 'keys')).items.map((key) => key.kid);
  const before = await kids();
  await page.getByRole('button', { name: '+1 hour' }).click();
  await page.getByText('moved by 3600 s').waitFor();
  await page.locator('#panel-faults summary').click();
  await page.getByLabel('Fault of the catalogue').selectOption('lost_reply');
  await page.getByLabel('Times').fill('1');
  await page.getByRole('button', { name: 'Make it happen' }).click();
  await page.getByText('lost_reply 1: matched 0, fired 0 of 1').waitFor();
  await page.locator('#panel-keys summary').click();
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByText('retired').waitFor();
  assert.equal((await kids()).length, before.length + 1);
  await page.locator('#panel-sign-ins summary').click();
  await page.getByLabel('Decision').selectOption('deny');
  await page.getByRole('button', { name: 'Prepare it' }).click();
  await page.getByText('deny, met 0 of 1').waitFor();
  const [coming] = (await door(issuer, 'GET', 'sign-ins')).items;
  assert.equal(coming.decision, 'deny');
});

test('a request that a latch holds is seen and let go by the page', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await page.locator('#panel-latches summary').click();
  await page.getByLabel('Hold requests at').selectOption('jwks');
  await page.getByRole('button', { name: 'Hold them' }).click();
  await page.getByText('holds 0').waitFor();
  const answer = fetch(`${issuer}/oauth/v2/oidc/jwks`);
  await door(issuer, 'GET', 'latches/1?held=1&wait=20s');
  await page.getByRole('button', { name: 'Release all' }).click();
  assert.equal((await answer).status, 200);
});

test('a refused steering says what was wrong with it', async (t) => {
  const { page } = await visit(t, '/_makeshift/');
  await page.getByLabel('Advance by').fill('soon');
  await page.getByRole('button', { name: 'Advance' }).click();
  await page.getByText('/advance: "soon" is no duration').waitFor();
});

test('of very much that happened only what is looked at is in the page', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 30 }, () => fetch(`${issuer}/oauth/v2/oidc/jwks`).then((one) => one.text())));
  }
  await page.getByText('300 exchanges, newest first.').waitFor();
  assert.equal(await page.locator('.flow').count(), 50);
  await page.getByRole('button', { name: 'Show older ones' }).click();
  await page.waitForFunction(() => document.querySelectorAll('.flow').length === 100);
});

// Of each task of the page's main thread, the milliseconds of processor time: what else the machine does is not in it.
async function tasksOf(page, act) {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] });
  await act();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const threads = new Set(traceEvents.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain')
    .map((event) => `${event.pid} ${event.tid}`));
  // One without a processor time took a few microseconds.
  return traceEvents.filter((event) => event.name.endsWith('RunTask') && event.tdur && threads.has(`${event.pid} ${event.tid}`))
    .map((event) => ({ cpu: event.tdur / 1000, wall: event.dur / 1000 }));
}

test('of 10,000 exchanges the page shows the newest without a task of more than 50 ms', async (t) => {
  const { page, issuer } = await visit(t, '/');
  const ask = (count, url, options) => Promise.all(Array.from({ length: count }, () => fetch(url, options).then((one) => one.text())));
  for (let round = 0; round < 88; round++) {
    await ask(100, `${issuer}/oauth/v2/oidc/jwks`);
  }
  // The newest are what is most to show: 60 grants, each with all the entries that the page has of one.
  for (let round = 0; round < 60; round++) {
    const { access_token: token } = await door(issuer, 'POST', 'tokens', { user: '1001', client_id: 'demo-web', scope: 'openid' });
    await ask(20, `${issuer}/oauth/v2/oidc/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  }
  const tasks = await tasksOf(page, async () => {
    await page.goto(`${issuer}/_makeshift/`);
    await page.getByText('10000 exchanges, newest first.').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.entry').length === 1000);
    await page.getByLabel('Outcome').selectOption('good');
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.flow').length === 100);
  });
  const most = (what) => Math.max(...tasks.map((task) => task[what]));
  t.diagnostic(`the longest of ${tasks.length} tasks took ${most('cpu').toFixed(1)} ms of the processor; ${most('wall').toFixed(1)} ms passed`);
  assert.ok(tasks.length > 100, `${tasks.length} tasks`);
  assert.ok(most('cpu') < 50, `a task took ${most('cpu')} ms`);
});

test('of one grant with very many exchanges the newest are shown', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  const { access_token: token } = await door(issuer, 'POST', 'tokens', { user: '1001', client_id: 'demo-web', scope: 'openid' });
  const use = () => fetch(`${issuer}/oauth/v2/oidc/userinfo`, { headers: { authorization: `Bearer ${token}` } }).then((one) => one.text());
  await use();
  await page.locator('.entry').first().click();
  await page.locator('.entry[open]').waitFor();
  await Promise.all(Array.from({ length: 10 }, use));
  await page.waitForFunction(() => document.querySelectorAll('.entry').length === 11);
  assert.equal(await page.locator('.entry[open]').count(), 1, 'what is opened stays open');
  await Promise.all(Array.from({ length: 20 }, use));
  await page.getByText('31 exchanges, newest first.').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.flow').length === 1 && document.querySelectorAll('.entry').length === 20);
});

test('a snapshot is downloaded as the file that the door gives', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await page.locator('#panel-snapshots summary').click();
  await page.getByLabel('Name of a snapshot').fill('before');
  await page.getByRole('button', { name: 'Hold everything' }).click();
  for (const [query, tick] of [['', false], ['?keys=1', true]]) {
    await page.getByLabel('with private keys').setChecked(tick);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const download = await coming;
    assert.match(download.suggestedFilename(), /^[a-z0-9-]+-before[.]db$/);
    const held = await fetch(`${issuer}/_makeshift/snapshots/before${query}`);
    assert.deepEqual(readFileSync(await download.path()), Buffer.from(await held.arrayBuffer()));
  }
});

test('a snapshot is downloaded with the token that the page was told', async (t) => {
  const locked = await start('--control-token', 'let-me-in');
  const headers = { authorization: 'Bearer let-me-in', 'content-type': 'application/json' };
  await fetch(`${locked.issuer}/_makeshift/snapshots`, { method: 'POST', headers, body: '{"name":"before"}' });
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${locked.issuer}/_makeshift/`);
  await page.getByLabel('Token of the control door').fill('let-me-in');
  await page.getByRole('button', { name: 'Use it in this tab' }).click();
  await page.locator('#panel-snapshots summary').click();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  assert.equal(readFileSync(await (await coming).path()).subarray(0, 15).toString(), 'SQLite format 3');
});

// What a request of curl's made of the journal, but for what each has of its own.
async function sentBy(issuer, command) {
  execFileSync('bash', ['-c', command], { stdio: 'ignore' });
  const { method, path, query, parameters, header: { 'content-length': size, ...header }, body } = (await door(issuer, 'GET', 'journal')).items.at(-1);
  return { method, path, query, parameters, header, body, hasBody: size > 0 };
}

test('an exchange is copied as a command that sends the same, and nothing else', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  const scratch = mkdtempSync(join(tmpdir(), 'makeshift-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  const trap = `$(touch ${scratch}/a)\`touch ${scratch}/b\`'"; touch ${scratch}/c\n@/etc/passwd`;
  const q = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const form = new URLSearchParams([['a', trap], ['@/etc/passwd', 'x'], ['n=m', '1&2'], ['', 'nameless'], ['both', 'in the body'], ['a', 'again']]);
  const asked = [
    `curl -I ${q(`${issuer}/oauth/v2/oidc/jwks`)}`,
    `curl -g --path-as-is ${q(`${issuer}//elsewhere.example/x[1-3]/../{a,b}?both=in+the+query&b[0]=1&b[0]=2&__proto__=x`)} -d ${q(`${form}`)}`,
    `curl ${q(issuer)} -X DELETE -H 'x-empty;' -H "x-quotes: '\\"\$HOME" -H 'x-at: @/etc/passwd' -H 'user-agent: ${'$(id)'}'`,
    `curl ${q(`${issuer}/oauth/v2/register`)} -H 'content-type: application/json' -d ${q(JSON.stringify({ a: trap, b: '\u202e', c: [null, 1.5] }))}`,
    `curl ${q(`${issuer}/api/v2/users/me`)} -X PUT -H 'content-type: application/json' -d '"@/etc/passwd"'`,
  ];
  for (const command of asked) {
    const expected = await sentBy(issuer, command);
    const [entry] = (await door(issuer, 'GET', 'journal')).items.slice(-1);
    const copied = await page.evaluate(`curl.of(JSON.parse(${JSON.stringify(JSON.stringify(entry))}))`);
    assert.deepEqual(await sentBy(issuer, copied), expected, copied);
    assert.doesNotMatch(copied, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  }
  assert.deepEqual(readdirSync(scratch), []);
});

test('what another tab, or a test, forgets is gone from the inspector', async (t) => {
  const { page, issuer } = await visit(t, '/_makeshift/');
  await refuse(issuer);
  await page.locator('.entry').getByText('invalid_grant').waitFor();
  await door(issuer, 'POST', 'reset');
  await page.getByText('Nothing has happened yet.').waitFor();
  await page.locator('.entry').waitFor({ state: 'detached' });
  await refuse(issuer);
  await page.getByText('1 exchange, newest first.').waitFor();
});

test('hostile names stay text, and run nothing', async (t) => {
  const { page, issuer } = await visit(t, '/');
  await page.getByText(evil).first().waitFor();
  await fetch(`${issuer}/oauth/v2/authorize?${new URLSearchParams({ client_id: evil, state: evil, [evil]: evil })}`,
    { headers: { 'user-agent': evil } });
  await page.goto(`${issuer}/_makeshift/`);
  await page.locator('.entry').first().click();
  await page.locator('.entry').getByText(evil).first().waitFor();
  assert.notEqual(await page.title(), 'owned');
  assert.equal(await page.locator('img').count(), 0);
});
