#!/usr/bin/env node
// The command: runs the program of this platform's package, hands signals on to it, and ends it when whoever started this
// is gone, since npx keeps a signal to itself.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const LOOK = 100; // ms between two looks at who the parent is

function fail(text) {
  console.error(`makeshift: ${text}`);
  process.exit(127);
}

function program() {
  const own = createRequire(import.meta.url);
  const name = `@makeshift-oauth/${process.platform}-${process.arch}`;
  try {
    return join(dirname(own.resolve(`${name}/package.json`)), 'bin', 'makeshift');
  } catch {
    const { optionalDependencies: made } = own('./package.json');
    return fail(`there is no package ${name} here; what there is: ${Object.keys(made).join(', ')}, for glibc 2.34 or later, ` +
      'which npm leaves out with --omit=optional; elsewhere, as with musl, use the image');
  }
}

// The parent and, as npm puts a shell between, the shell's parent, where /proc tells.
function started() {
  try {
    const above = process.env.npm_command && readFileSync(`/proc/${process.ppid}/stat`, 'latin1').replace(/.*\) . (\d+).*/s, '$1');
    return `${process.ppid} ${above}`;
  } catch {
    return `${process.ppid}`;
  }
}

const by = started();
// In a group of its own: the terminal's Ctrl-C comes from here alone, as a second one would end the server in the midst of its end.
// MAKESHIFT_WHILE: the server ends with this process, be it killed.
const child = spawn(program(), process.argv.slice(2), {
  stdio: 'inherit', detached: true, env: { MAKESHIFT_WHILE: process.pid, ...process.env },
});
child.on('error', (error) => fail(`its program does not run here: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
setInterval(() => started() === by || child.kill('SIGTERM'), LOOK);
