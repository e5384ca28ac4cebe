// Usage: inspector.mjs legacy|modern --endpoint URL
// The MCP Inspector's command line, which connects anew for every request.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { drive } from './driver.mjs';

const INSPECTOR = fileURLToPath(new URL('node_modules/.bin/mcp-inspector', import.meta.url));
// Its own exit code for a tool that answered `isError: true`; the result is on stdout all the same.
const EXIT_TOOL_ERROR = 5;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    process.exitCode = 1;
    interrupted.abort();
  });
}

const home = await mkdtemp(join(tmpdir(), 'interop-inspector-'));
try {
  await drive(connect);
} finally {
  await rm(home, { recursive: true });
}

async function connect({ url, headers, mode }) {
  // A file, because arguments show in the process list and the headers may hold a key.
  const config = join(home, 'servers.json');
  const server = { type: 'streamable-http', url, headers, protocolEra: mode };
  await writeFile(config, JSON.stringify({ mcpServers: { server } }), { mode: 0o600 });

  const send = (method, params) => inspect(['--config', config, '--method', method, ...parameters(method, params)]);
  const { protocolVersion } = await send('initialize');
  return { protocolVersion, send, close: async () => {} };
}

function parameters(method, params) {
  switch (method) {
    case 'tools/call':
      return ['--tool-name', params.name, '--tool-args-json', JSON.stringify(params.arguments)];
    case 'prompts/get':
      return [
        '--prompt-name',
        params.name,
        '--prompt-args',
        ...Object.entries(params.arguments).map((pair) => pair.join('=')),
      ];
    default:
      return [];
  }
}

async function inspect(args) {
  interrupted.signal.throwIfAborted();
  // Without `--stored-auth-only` a 401 in a terminal would start a login in a browser.
  const flags = ['--cli', '--quiet', '--format', 'json', '--stored-auth-only'];
  const inspection = promisify(execFile)(process.execPath, [INSPECTOR, ...flags, ...args], {
    // What the user keeps in the home directory or the keychain must not change the outcome, nor be changed.
    env: { ...process.env, HOME: home, MCP_INSPECTOR_SECRET_STORE: 'memory' },
  });
  // Not by the option `signal`, which would not wait until the process, and what it writes to its home, has ended.
  interrupted.signal.addEventListener('abort', () => inspection.child.kill());
  const { stdout } = await inspection.catch((error) => {
    if (error.code === EXIT_TOOL_ERROR) return error;
    throw new Error(error.stderr?.trim() || error.message);
  });
  return JSON.parse(stdout).result;
}
