// makeshift in a test: start() serves, and what it gives steers the server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('launcher.mjs', import.meta.url));

/** Of a refusal, in a line; `seen` is there when nothing was wrong with the question. */
function told({ detail, title, expected, seen, nearest }) {
  const more = seen !== undefined ? `: expected ${expected}, seen ${seen}` : typeof nearest === 'string' ? `; nearest: ${nearest}` : '';
  return `${detail ?? title}${more}`;
}

/** A server, or one of its tenants: what is said to it concerns no other. */
class Makeshift {
  #control;

  constructor(issuer, stop, control) {
    this.issuer = issuer;
    this.stop = stop;
    this.#control = control;
    this.clock = {
      advance: (by) => this.tell('POST', 'clock', { advance: by }),
      set: (instant, freeze = true) => this.tell('POST', 'clock', { set: instant, freeze }),
      resume: () => this.tell('POST', 'clock', { resume: true }),
    };
  }

  /** A call of the control door, and what it answers. */
  async tell(method, path, body) {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.#control}/${path}`, { method, headers, body: JSON.stringify(body) });
    const said = answer.status === 204 ? undefined : await answer.json();
    if (!answer.ok) {
      throw Object.assign(new Error(`${method} ${path}: ${told(said)}`), { answer: said });
    }
    return said;
  }

  async tenant(tenant = {}) {
    const { name, issuer, control } = await this.tell('POST', 'tenants', tenant);
    return new Makeshift(issuer, () => this.tell('DELETE', `tenants/${name}`), control);
  }

  signIn(signIn) { return this.tell('POST', 'sign-ins', signIn); }
  fault(fault) { return this.tell('POST', 'faults', typeof fault === 'string' ? { fault } : fault); }
  verify(verification) { return this.tell('POST', 'journal/verify', verification); }
  reset() { return this.tell('POST', 'reset'); }
}

/** A file with the fixture, and what removes it. */
function fileOf(fixture) {
  const folder = mkdtempSync(join(tmpdir(), 'makeshift-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, 'fixture.json');
  writeFileSync(file, JSON.stringify(fixture), { mode: 0o600 });
  process.once('exit', remove);
  return { file, remove };
}

/** Starts a server at a free port. `fixture` is one, or the path of its file; `args` are more options. */
export async function start({ fixture, seed, clock, args = [], ...unknown } = {}) {
  for (const name of Object.keys(unknown)) {
    throw new TypeError(`start knows no ${name}, but fixture, seed, clock and args`);
  }
  const own = typeof fixture === 'object' ? fileOf(fixture) : { file: fixture };
  const options = Object.entries({ seed, clock, fixtures: own.file }).filter(([, value]) => value !== undefined);
  const line = ['--port', '0', '--log-level', 'warn', ...options.flatMap(([name, value]) => [`--${name}`, `${value}`]), ...args];
  const server = spawn(process.execPath, [launcher, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(server, 'exit');
  let said = '';
  server.stderr.on('data', (text) => { said += text; process.stderr.write(text); });
  const ready = await Promise.race([once(createInterface(server.stdout), 'line'), exited]);
  own.remove?.(); // it was read; nothing is left to a process that is killed
  if (typeof ready[0] !== 'string') {
    throw new Error(said.trim() || `makeshift ended with ${ready[0]}`);
  }
  for (const part of [server, server.stdout, server.stderr]) part.unref(); // a test that ends does not wait for it
  const { issuer, control_port: port } = JSON.parse(ready[0]);
  const control = Object.assign(new URL(`${issuer}/_makeshift`), port && { port });
  return new Makeshift(issuer, async () => {
    server.ref(); // whoever waits for its end waits
    server.kill();
    await exited;
  }, control);
}
