// Usage: proxy-matrix.mjs MCP-CLIENT
// Drives the official stdio clients before `MCP-CLIENT proxy URL`, against servers that we did not write, and prints what
// came of it; exits 1 if a cell is not as expected.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { NAMES } from './clients.mjs';
import { difference } from './judge.mjs';
import { run } from './run.mjs';
import { start } from './servers.mjs';
import { NOT_REACHED, print } from './table.mjs';

const VERSIONS = { legacy: '2025-11-25', modern: '2026-07-28' };
const SERVERS = ['mcp_v2 sessions', 'typescript-v1 sessions', 'typescript-v2 modern'];
const CLIENTS = [
  { name: NAMES.v1, command: [process.execPath, 'proxy-typescript.mjs', 'v1'], modes: ['legacy'] },
  {
    name: NAMES.v2,
    command: [process.execPath, 'proxy-typescript.mjs', 'v2'],
    modes: ['legacy', 'auto', VERSIONS.modern],
  },
  { name: NAMES.python, command: ['.venv/bin/python', 'proxy_python.py'], modes: ['legacy', 'auto', VERSIONS.modern] },
];

const says = (text) => ({ content: [{ type: 'text', text: { $matches: text } }] });
const TOOLS = ['echo', 'fail', 'measure', 'work', 'wait', 'picture', 'confirm'];
const STEPS = {
  tools: { tools: TOOLS.map((name) => ({ name })) },
  call: says('Gr(ü|\\\\u00fc)(ß|\\\\u00df)e'),
  'tool error': { isError: true, ...says('no such city: Atlantis') },
  progress: { progress: [1, 2, 3], ...says('^done$') },
  cancel: { answered: false, then: says('still here') },
  elicitation: says('^sure: True$|chose to accept$'),
  prompt: { messages: [{ content: { text: 'Please greet Ada.' } }] },
  resource: { contents: [{ text: 'water the plants' }] },
  close: { inTime: true, said: '' },
};

const [proxy] = parseArgs({ allowPositionals: true }).positionals;
const over = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    over.abort();
    process.exit(1);
  });
}
try {
  const servers = await start(over.signal, SERVERS);
  const rows = servers.flatMap((server) =>
    CLIENTS.flatMap(({ name, command, modes }) =>
      modes
        .map((mode) => ({ mode, era: era(mode, server.eras) }))
        .filter(({ era }) => era !== undefined)
        .map(({ mode, era }) => ({
          name: `${name} ${mode}, ${server.name}`,
          era,
          command: [...command, mode],
          server,
        })),
    ),
  );
  const waiting = [...rows];
  const worker = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) row.cells = judge(row, await drive(row));
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  print(rows);
  process.exitCode = rows.some(({ cells }) => cells.some(({ failure }) => failure !== undefined)) ? 1 : 0;
} finally {
  over.abort();
}

/** What a client must come to that offers this mode to a server of these eras; undefined where it cannot. */
function era(mode, eras) {
  if (mode === 'auto') return eras.at(-1);
  const wanted = mode === 'legacy' ? 'legacy' : 'modern';
  return eras.find((era) => era === wanted);
}

function drive({ command, server }) {
  return run([...command, '--endpoint', server.url.href, '--proxy', proxy], over.signal);
}

function judge({ era }, { answers, breakdown }) {
  const expected = { connect: { protocolVersion: VERSIONS[era] }, ...STEPS };
  return Object.entries(expected).map(([step, expect]) => {
    const { ok, detail } = answers.get(step) ?? { ok: false, detail: breakdown ?? NOT_REACHED };
    return { step, failure: ok ? difference(expect, detail) : detail, note: ok ? detail.protocolVersion : undefined };
  });
}
