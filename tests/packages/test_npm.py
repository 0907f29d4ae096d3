"""The packages of npm, from their files, in a folder that is empty."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest
from support_packages import NPM, NPM_MODULE, one_line, run, without_loader

pytestmark = pytest.mark.xdist_group("npm")
NODE = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "npm_config_update_notifier": "false"}

SUITE = """
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { start } from 'makeshift-oauth';

let m;
process.env.TMPDIR = mkdtempSync(join(process.cwd(), 'suite-'));
before(async () => { m = await start({ seed: 7, clock: '2026-01-01T00:00:00Z', fixture: { extends: 'default', clients: [
  { client_id: 'mine', client_secret: 'mine-secret-for-tests-only-000001', redirect_uris: ['http://localhost:4000/cb'], grant_types: ['authorization_code'], scope: 'openid' }] } }); });
after(() => m.stop());

async function authorize(tenant, more = {}) {
  const asked = new URLSearchParams({ response_type: 'code', client_id: 'demo-web', scope: 'openid', state: 'x',
    redirect_uri: 'http://localhost:3000/cb', ...more });
  const answer = await fetch(`${tenant.issuer}/oauth/v2/authorize?${asked}`, { redirect: 'manual' });
  return new URL(answer.headers.get('location')).searchParams;
}

function redeem(tenant, code) {
  return fetch(`${tenant.issuer}/oauth/v2/token`, { method: 'POST', body: new URLSearchParams({ code,
    grant_type: 'authorization_code', client_id: 'demo-web', client_secret: 'demo-web-secret-for-tests-only-0001',
    redirect_uri: 'http://localhost:3000/cb' }) });
}

async function steers() {
  const t = await m.tenant();
  assert.ok(t.issuer.startsWith(`${m.issuer}/t/`));
  const code = (await authorize(t)).get('code');
  await t.clock.advance('5m');
  assert.equal((await (await redeem(t, code)).json()).error, 'invalid_grant');
  await t.signIn({ decision: 'deny' });
  assert.equal((await authorize(t)).get('error'), 'access_denied');
  await t.fault({ match: { endpoint: 'token' }, do: { status: 503 }, times: 1 });
  assert.equal((await redeem(t, 'x')).status, 503);
  assert.equal((await t.fault('lost_reply')).fault, 'lost_reply');
  await t.verify({ match: { endpoint: 'authorize' }, times: { exactly: 2 } });
  await assert.rejects(t.verify({ match: { endpoint: 'authorize' }, times: { exactly: 3 } }), (error) => error.answer.seen === 2);
  await assert.rejects(t.fault('lost_repl'), /lost_repl.*; nearest: lost_reply$/);
  await t.stop();
  assert.equal((await fetch(`${t.issuer}/_makeshift/health`)).status, 404);
}

test('eight at once, each with a tenant of its own', { concurrency: 8 }, async (suite) => {
  await Promise.all(Array.from({ length: 8 }, (_, i) => suite.test(`number ${i}`, steers)));
});

test('a fixture of its own', async () => {
  assert.ok((await authorize(m, { client_id: 'mine', redirect_uri: 'http://localhost:4000/cb' })).has('code'));
});

test('nothing of it is left on the disk', () => {
  assert.deepEqual(readdirSync(tmpdir()), []);
});

test('a wrong fixture is told', async () => {
  await assert.rejects(start({ fixture: { clients: 7 } }), /clients/);
});

test('a name that start does not know is told', async () => {
  await assert.rejects(start({ sed: 7 }), /start knows no sed/);
});
"""



@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder into which both packages were installed from their files, with no registry to ask."""
    empty = tmp_path_factory.mktemp("npm")
    return install(empty, NPM["x64"], NPM_MODULE)


def install(empty, *files):
    (empty / "package.json").write_text('{"private": true, "type": "module"}', "utf-8")
    run("npm", "install", "--offline", "--no-audit", "--no-fund", *files, cwd=empty, env=NODE)
    return empty


def test_eight_tests_run_beside_each_other(folder):
    (folder / "suite.test.mjs").write_text(SUITE, "utf-8")
    result = run("node", "--test", "--test-reporter=tap", "suite.test.mjs", cwd=folder, env=NODE, check=False)
    assert result.returncode == 0, result.stdout
    assert "# fail 0" in result.stdout


DOOR_ELSEWHERE = """import { start } from 'makeshift-oauth';
const m = await start({ args: ['--control', '0'] });
const tenant = await m.tenant({ name: 'a' });
await tenant.clock.set('2030-01-01T00:00:00Z');
console.log((await tenant.tell('GET', 'clock')).now, (await m.tell('GET', 'tenants/a')).issuer === tenant.issuer);
await tenant.stop();
await m.stop();
"""


def test_a_control_door_at_a_port_of_its_own_is_found(folder):
    assert run("node", "--input-type=module", "-e", DOOR_ELSEWHERE, cwd=folder, env=NODE).stdout == "2030-01-01T00:00:00Z true\n"


def command(folder, *arguments, **more):
    port = folder / f"port-{time.monotonic_ns()}"
    server = subprocess.Popen([*arguments, "--port", "0", "--port-file", str(port), "--log-level", "error"], cwd=folder,
                              env=NODE, stdout=subprocess.PIPE, text=True, **more)
    return server, port


def answers(port):
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_makeshift/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_the_command_hands_signals_on(folder):
    server, port = command(folder, "node_modules/.bin/makeshift")
    server.stdout.readline()
    number = port.read_text("utf-8").strip()
    assert answers(number)
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=30)
    assert server.returncode == 0
    assert not answers(number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_when_whoever_started_the_command_is_gone(folder, number):
    # npx keeps SIGTERM to itself, and nobody hears SIGKILL. The ready line's reader sees the end of the server.
    server, port = command(folder, "npx", "--offline", "--no-install", "makeshift")
    assert server.stdout.readline()
    running = port.read_text("utf-8").strip()
    server.send_signal(number)
    server.wait(timeout=30)
    server.stdout.read()
    assert not answers(running)


def test_the_server_ends_when_the_command_itself_is_killed(folder):
    server, port = command(folder, "node_modules/.bin/makeshift")
    assert server.stdout.readline()
    server.kill()
    server.wait(timeout=30)
    server.stdout.read()
    assert not answers(port.read_text("utf-8").strip())


def test_an_interrupt_of_the_terminal_reaches_the_server_once(folder, tmp_path):
    journal = tmp_path / "journal"
    server, port = command(folder, "node_modules/.bin/makeshift", "--journal-file", str(journal), start_new_session=True)
    assert server.stdout.readline()
    with urllib.request.urlopen(f"http://localhost:{port.read_text('utf-8').strip()}/.well-known/openid-configuration", timeout=5):
        pass
    os.killpg(server.pid, signal.SIGINT)  # as a terminal does, to all that were started from it
    server.communicate(timeout=30)
    assert server.returncode == 0
    assert journal.read_text("utf-8").count("\n") == 1


def test_an_exit_code_is_handed_on(folder):
    assert run("node_modules/.bin/makeshift", "--prot", cwd=folder, env=NODE, check=False).returncode == 2


STARTS = """
import { start } from 'makeshift-oauth';
await start().catch((told) => console.log(told.message));
"""
WHAT_THERE_IS = ("what there is: @makeshift-oauth/linux-x64, @makeshift-oauth/linux-arm64, for glibc 2.34 or later, "
                 "which npm leaves out with --omit=optional; elsewhere, as with musl, use the image")


def test_without_optional_packages_a_line_says_what_there_is(tmp_path):
    install(tmp_path, "--omit=optional", NPM_MODULE)
    line = one_line(run("node_modules/.bin/makeshift", "--version", cwd=tmp_path, env=NODE, check=False), 127)
    assert line == f"makeshift: there is no package @makeshift-oauth/linux-x64 here; {WHAT_THERE_IS}"
    (tmp_path / "starts.mjs").write_text(STARTS, "utf-8")
    assert run("node", "starts.mjs", cwd=tmp_path, env=NODE).stdout == f"{line}\n"


def test_on_another_system_a_line_says_what_there_is(folder):
    elsewhere = "data:text/javascript,Object.defineProperty(process, 'platform', { value: 'darwin' })"
    line = one_line(run("node", "--import", elsewhere, "node_modules/makeshift-oauth/launcher.mjs", cwd=folder, env=NODE, check=False), 127)
    assert line == f"makeshift: there is no package @makeshift-oauth/darwin-x64 here; {WHAT_THERE_IS}"


def test_without_glibc_a_line_names_the_image(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy", symlinks=True)
    without_loader(copy / "node_modules/@makeshift-oauth/linux-x64/bin/makeshift")
    line = one_line(run("node_modules/.bin/makeshift", "--version", cwd=copy, env=NODE, check=False), 127)
    assert line.endswith("as with musl, use the image")
    (copy / "starts.mjs").write_text(STARTS, "utf-8")
    assert run("node", "starts.mjs", cwd=copy, env=NODE).stdout == f"{line}\n"


def test_the_types_are_those_of_the_control_door(folder):
    types = (folder / "node_modules/makeshift-oauth/door.d.ts").read_text("utf-8")
    assert 'export type PostSignIns = {' in types
    assert '"decision"?: "approve" | "deny" | "page";' in types
