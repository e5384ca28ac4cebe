// Usage: matrix.mjs --endpoint URL
// Runs every client against the endpoint and prints which of them got what they should; exits 1 if one did not.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

import { CLIENTS } from './clients.mjs';
import { difference } from './judge.mjs';
import { NOT_REACHED, print } from './table.mjs';

const DRIVER_TIMEOUT_MS = 30_000;
const STDERR_LINES = 20;

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const { endpoint } = parseArgs({ options: { endpoint: { type: 'string' } } }).values;
const { protocolVersion, steps } = JSON.parse(await readFile(new URL('steps.json', import.meta.url), 'utf8'));

const rows = [];
for (const { name, era, command } of CLIENTS) {
  rows.push({ name, cells: judge(era, await run([...command, '--endpoint', endpoint])) });
}
print(rows);
process.exitCode = rows.some(({ cells }) => cells.some(({ failure }) => failure !== undefined)) ? 1 : 0;

/** What a driver printed, by step, and what went wrong with the driver itself, if anything did. */
async function run([program, ...args]) {
  const options = {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    signal: interrupted.signal,
    timeout: DRIVER_TIMEOUT_MS,
  };
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

/** The cells of a row: a step each and, when the client did not get what it should, why not. */
function judge(era, { answers, breakdown }) {
  const connect = { step: 'connect', expect: { protocolVersion: protocolVersion[era] } };
  const cells = [connect, ...steps].map(({ step, expect }) => {
    const { ok, detail } = answers.get(step) ?? { ok: false, detail: NOT_REACHED };
    return { step, failure: ok ? difference(expect, detail) : detail, note: ok ? detail.protocolVersion : undefined };
  });
  const complete = cells.every(({ step }) => answers.has(step));
  return [...cells, { step: 'close', failure: breakdown ?? (complete ? undefined : NOT_REACHED) }];
}
