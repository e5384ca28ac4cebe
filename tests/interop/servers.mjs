// The servers that our client is driven against, and how they are started.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { EVERYTHING, offered } from './client-steps.mjs';

const START_TIMEOUT_MS = 40_000;
const STDERR_LINES = 20;

const read = (file) => readFile(new URL(file, import.meta.url), 'utf8');
const { dependencies } = JSON.parse(await read('package.json'));
const npm = (name) => `${name} ${dependencies[name]}`;
const pypi = async (name, requirements) =>
  `${name} ${new RegExp(`^${name}==(\\S+)$`, 'm').exec(await read(requirements))[1]} (Python)`;
const node = (file) => [process.execPath, `servers/${file}`];
const python = (environment, file) => [`${environment}/bin/python`, '-B', `servers/${file}`];

const LEGACY = ['legacy'];
const MODERN = ['modern'];
const BOTH = [...LEGACY, ...MODERN];

// What is started, what our client does with it, and what it serves: by its name in the line that the program prints,
// the row's name and the eras.
const PROGRAMS = [
  {
    command: node('everything.mjs'),
    steps: EVERYTHING,
    serves: { sessions: [npm('@modelcontextprotocol/server-everything'), LEGACY] },
  },
  {
    command: node('typescript-v1.mjs'),
    steps: offered('JavaScript'),
    serves: both(npm('@modelcontextprotocol/sdk'), LEGACY, LEGACY),
  },
  {
    command: node('typescript-v2.mjs'),
    steps: offered('JavaScript'),
    serves: {
      ...both(npm('@modelcontextprotocol/server'), LEGACY, BOTH),
      modern: [`${npm('@modelcontextprotocol/server')} modern only`, MODERN],
      'mcp-handler': [npm('mcp-handler'), BOTH],
    },
  },
  {
    command: python('.venv-v1', 'mcp_v1.py'),
    steps: offered('Python'),
    serves: both(await pypi('mcp', 'requirements-v1.txt'), LEGACY, LEGACY),
  },
  {
    command: python('.venv', 'mcp_v2.py'),
    steps: offered('Python'),
    serves: both(await pypi('mcp', 'requirements.txt'), BOTH, BOTH),
  },
  {
    command: python('.venv-v1', 'fastmcp_v2.py'),
    steps: offered('Python'),
    serves: both(await pypi('fastmcp', 'requirements-v1.txt'), LEGACY, LEGACY),
  },
  {
    command: python('.venv', 'fastmcp_v4.py'),
    steps: offered('Python'),
    serves: both(await pypi('fastmcp', 'requirements.txt'), BOTH, BOTH),
  },
];

function both(name, withSessions, stateless) {
  return { sessions: [`${name} sessions`, withSessions], stateless: [`${name} stateless`, stateless] };
}

/**
 * Starts every program at once, each on free ports of loopback. Resolves to the servers, `{id, name, url, eras,
 * steps}` each, when all of them listen; rejects with what a program said that did not come so far. The signal ends them.
 * `wanted`, if given, are the ids of those that are needed.
 */
export async function start(signal, wanted) {
  const isWanted = (id) => wanted?.includes(id) ?? true;
  const needed = PROGRAMS.filter((program) => Object.keys(program.serves).some((key) => isWanted(idOf(program, key))));
  const servers = await Promise.all(needed.map((program) => launch(program, signal)));
  return servers.flat().filter(({ id }) => isWanted(id));
}

function idOf({ command }, key) {
  return `${parse(command.at(-1)).name} ${key}`;
}

async function launch(program, signal) {
  const {
    command: [executable, ...args],
    steps,
    serves,
  } = program;
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const child = spawn(executable, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true });
  const said = [];
  createInterface(child.stderr).on('line', (line) => {
    said.push(line);
    if (said.length > STDERR_LINES) said.shift();
  });
  const urls = await new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error([`${args.at(-1)} ${what}`, ...said].join('\n')));
    setTimeout(fail, START_TIMEOUT_MS, `did not listen within ${START_TIMEOUT_MS / 1000} s`).unref();
    child.once('error', ({ message }) => fail(`did not start: ${message}`));
    child.once('exit', (code, by) => fail(`ended with ${code ?? by}`));
    createInterface(child.stdout).on('line', (line) => line.startsWith('{') && resolve(JSON.parse(line)));
  });
  return Object.entries(serves).map(([key, [name, eras]]) => ({
    id: idOf(program, key),
    name,
    url: new URL(urls[key]),
    eras,
    steps,
  }));
}
