// Usage: client-matrix.mjs MCP-CLIENT
// Drives our client against servers that we did not write, in every mode, and prints what came of it; exits 1 if a cell
// is not as expected.
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'yaml';

import { fault, settle } from './client-judge.mjs';
import { FOLDER } from './client-steps.mjs';
import { start } from './servers.mjs';
import { printMatrix } from './table.mjs';
import { tap } from './tap.mjs';

const STEP_TIMEOUT_MS = 20_000;
const MODES = ['auto', 'legacy', 'modern'];
const VERSIONS = { legacy: '2025-11-25', modern: '2026-07-28' };
const COLUMNS = [
  'info',
  'tools list',
  'tools show',
  'numbers',
  'tool error',
  'structured',
  'progress',
  'log',
  'interrupt',
  'image',
  'elicitation',
  'prompts',
  'prompt',
  'resources',
  'templates',
  'read',
  'read by template',
  'complete',
  'ping',
  'unknown tool',
];

const [client] = process.argv.slice(2);
const expected = parse(await readFile(new URL('client-expected.yaml', import.meta.url), 'utf8'));
const scratch = await mkdtemp(join(tmpdir(), 'interop-client-'));
const over = new AbortController();
process.once('exit', () => {
  over.abort();
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const servers = await start(over.signal).catch(({ message }) => {
  console.error(message);
  process.exit(1);
});
const rows = servers.flatMap(({ id, name, ...server }) => MODES.map((mode) => ({ id, name, mode, server })));
console.error(`${servers.length} servers listen: calling them in ${rows.length} ways`);
await inParallel(rows, async (row) => {
  row.cells = await drive(row);
});
process.exit(printMatrix(COLUMNS, rows, settle(rows, expected)) ? 0 : 1);

/** Calls `work` with each item, several at a time: the client waits as much as it works. */
async function inParallel(items, work) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker));
}

/** The cells of a row. What a server of the other era is not asked is left out, but for the refusal. */
async function drive({ id, mode, server }) {
  const era = mode === 'auto' ? server.eras.at(-1) : mode;
  const steps = server.eras.includes(era) ? [info(era, id), ...server.steps] : [refusal(era)];
  const wire = await tap(server.url);
  try {
    const cells = new Map();
    for (const each of steps) {
      const step = { ...each, ...each[era] };
      const outcome = await run(step, ['--endpoint', wire.url, '--protocol', mode], wire);
      const failure = fault(step, outcome);
      cells.set(step.step, { step: step.step, outcome, failure, note: failure === undefined ? step.note : undefined });
    }
    return COLUMNS.map((step) => cells.get(step) ?? { step, notAsked: true });
  } finally {
    wire.close();
  }
}

function info(era, server) {
  const protocolVersion = VERSIONS[era];
  const legacy = server.endsWith(' sessions') ? { sent: 'DELETE /mcp ' } : {};
  return { step: 'info', command: 'info --json', json: { era, protocolVersion }, note: protocolVersion, legacy };
}

function refusal(era) {
  const [other] = Object.keys(VERSIONS).filter((each) => each !== era);
  return {
    step: 'info',
    command: 'info',
    exit: 76,
    stderr: [new RegExp(`--protocol (auto|${other})`)],
    note: 'refused',
  };
}

async function run({ command, interrupt, saved }, options, wire) {
  const folder = await mkdtemp(join(scratch, 'saved-'));
  const words = (Array.isArray(command) ? command : command.split(' ')).map((word) =>
    word === FOLDER ? folder : word,
  );
  wire.take();
  const { exit, stdout, stderr } = await new Promise((resolve) => {
    const limits = { timeout: STEP_TIMEOUT_MS, signal: over.signal, cwd: scratch };
    const child = execFile(client, [...options, ...words], limits, (error, stdout, stderr) =>
      resolve({ exit: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
    child.stdin.end();
    if (interrupt) wire.await(interrupt, () => child.kill('SIGINT'));
  });
  const files = saved === undefined ? [] : await readdir(folder);
  return {
    exit,
    stdout,
    stderr,
    sent: wire.take(),
    saved: await Promise.all(files.map((file) => readFile(join(folder, file), 'base64'))),
  };
}
