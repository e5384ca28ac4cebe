// How a driver is run: a client of somebody else's, in a process of its own.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DRIVER_TIMEOUT_MS = 30_000;
const STDERR_LINES = 20;

/** What a driver printed, by step, and what went wrong with the driver itself, if anything did. */
export async function run([program, ...args], signal) {
  const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), signal, timeout: DRIVER_TIMEOUT_MS };
  const { stdout, breakdown } = await promisify(execFile)(program, args, options).catch((error) => ({
    stdout: error.stdout ?? '',
    breakdown: reason(error),
  }));
  const answers = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { answers: new Map(answers.map((answer) => [answer.step, answer])), breakdown };
}

function reason({ name, message, killed, stderr }) {
  if (name === 'AbortError') return 'interrupted';
  if (killed) return `stopped after ${DRIVER_TIMEOUT_MS / 1000} s`;
  return stderr?.trim().split('\n').slice(-STDERR_LINES).join('\n') || message;
}
