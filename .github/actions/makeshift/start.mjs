// Starts makeshift, waits until it answers, and says where it is.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const input = (name) => (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
const folder = mkdtempSync(join(process.env.RUNNER_TEMP, 'makeshift-'));

/** Writes NAME=VALUE into the file that the runner named for it: OUTPUT, ENV, STATE. */
function tell(file, values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  appendFileSync(process.env[`GITHUB_${file}`], lines.join(''));
}

function fail(text) {
  console.log(`::error title=makeshift::${text}`);
  process.exit(1);
}

function unpacked(tarball) {
  if (!existsSync(tarball)) fail(`the tarball ${tarball} is not there; scripts/package tarball makes it`);
  try {
    execFileSync('tar', ['-xzf', tarball, '-C', folder], { stdio: 'pipe' });
  } catch (error) {
    fail(`the tarball ${tarball} does not unpack: ${`${error.stderr}`.trim().split('\n')[0] || error.message}`);
  }
  const found = join(folder, readdirSync(folder)[0] ?? '', 'bin', 'makeshift');
  if (!existsSync(found)) fail(`the tarball ${tarball} is not one of scripts/package: bin/makeshift is not in it`);
  return found;
}

function built() {
  const steps = [['scripts/setup', 'run'], ['cmake', '--preset', 'release'], ['cmake', '--build', '--preset', 'release']];
  for (const [command, ...rest] of steps) {
    execFileSync(command.includes('/') ? join(checkout, command) : command, rest, { cwd: checkout, stdio: 'inherit' });
  }
  return join(checkout, 'build/release/makeshift');
}

const program = input('tarball') === '' ? built() : unpacked(resolve(input('tarball'))); // whole: tar takes a:b for a file of the host a
const [log, said, port] = ['log', 'ready.json', 'port'].map((name) => join(folder, name));
const options = ['--port', input('port') || '0', '--port-file', port, ...input('options').split('\n').map((line) => line.trim()).filter(Boolean)];
const server = spawn(program, options, { detached: true, stdio: ['ignore', openSync(said, 'w'), openSync(log, 'w')] });
tell('STATE', { pid: server.pid, log });
server.on('error', (error) => fail(error.message));
server.on('exit', (code, signal) => fail(readFileSync(log, 'utf8').trim().split('\n').pop() || `${program} ended with ${code ?? signal}, and said nothing`));
const looking = setInterval(() => {
  if (!existsSync(port)) return; // it appears, whole, once the server answers
  clearInterval(looking);
  const { issuer } = JSON.parse(readFileSync(said, 'utf8'));
  const url = `${new URL(issuer).protocol}//localhost:${readFileSync(port, 'utf8').trim()}`;
  tell('OUTPUT', { issuer, url });
  tell('ENV', { MAKESHIFT_ISSUER: issuer, MAKESHIFT_URL: url });
  appendFileSync(process.env.GITHUB_PATH, `${dirname(program)}\n`); // the command, for the steps that follow
  console.log(`makeshift answers at ${url}; its issuer is ${issuer}`);
  process.exit(0);
}, 50);
