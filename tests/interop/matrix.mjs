// Usage: matrix.mjs --endpoint URL
// Runs every client against the endpoint and prints which of them got what they should; exits 1 if one did not.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { CLIENTS } from './clients.mjs';
import { difference } from './judge.mjs';
import { run } from './run.mjs';
import { NOT_REACHED, print } from './table.mjs';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const { endpoint } = parseArgs({ options: { endpoint: { type: 'string' } } }).values;
const { protocolVersion, steps } = JSON.parse(await readFile(new URL('steps.json', import.meta.url), 'utf8'));

const rows = [];
for (const { name, era, command } of CLIENTS) {
  rows.push({ name, cells: judge(era, await run([...command, '--endpoint', endpoint], interrupted.signal)) });
}
print(rows);
process.exitCode = rows.some(({ cells }) => cells.some(({ failure }) => failure !== undefined)) ? 1 : 0;

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
