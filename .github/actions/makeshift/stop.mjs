// Stops what start.mjs started, and shows its log.
import { readFileSync } from 'node:fs';

const { STATE_pid: pid, STATE_log: log } = process.env;

function running() {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const until = Date.now() + 30000; // a job does not wait for one that does not end
if (pid && running()) process.kill(pid, 'SIGTERM');
const looking = setInterval(() => {
  if (pid && running() && Date.now() < until) return;
  if (pid && running()) process.kill(pid, 'SIGKILL');
  clearInterval(looking);
  if (log) console.log(`::group::makeshift's log\n${readFileSync(log, 'utf8')}::endgroup::`);
}, 50);
