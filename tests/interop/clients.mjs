// The rows of the matrix: every client in every mode, and the protocol era that the mode must lead to.
import { readFile } from 'node:fs/promises';

const read = (file) => readFile(new URL(file, import.meta.url), 'utf8');

const { dependencies } = JSON.parse(await read('package.json'));
const npm = (name) => `${name} ${dependencies[name]}`;
const [, pythonVersion] = /^mcp==(\S+)$/m.exec(await read('requirements.txt'));
const python = `mcp ${pythonVersion} (Python)`;

/** The SDKs by what they are called here. */
export const NAMES = { v1: npm('@modelcontextprotocol/sdk'), v2: npm('@modelcontextprotocol/client'), python };

export const CLIENTS = [
  row(npm('@modelcontextprotocol/sdk'), 'legacy', 'legacy', [process.execPath, 'typescript-v1.mjs']),
  row(npm('@modelcontextprotocol/client'), 'legacy', 'legacy', [process.execPath, 'typescript-v2.mjs', 'legacy']),
  row(npm('@modelcontextprotocol/client'), 'auto', 'modern', [process.execPath, 'typescript-v2.mjs', 'auto']),
  row(npm('@modelcontextprotocol/client'), 'pinned', 'modern', [process.execPath, 'typescript-v2.mjs', '2026-07-28']),
  row(python, 'legacy', 'legacy', ['.venv/bin/python', 'python_client.py', 'legacy']),
  row(python, 'auto', 'modern', ['.venv/bin/python', 'python_client.py', 'auto']),
  row(python, 'pinned', 'modern', ['.venv/bin/python', 'python_client.py', '2026-07-28']),
  row(npm('@modelcontextprotocol/inspector'), 'legacy', 'legacy', [process.execPath, 'inspector.mjs', 'legacy']),
  row(npm('@modelcontextprotocol/inspector'), 'modern', 'modern', [process.execPath, 'inspector.mjs', 'modern']),
];

function row(client, mode, era, command) {
  return { name: `${client} ${mode}`, era, command };
}
