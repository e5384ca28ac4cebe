// What scripts/deliver tells the toolkit, and how the workflows run it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENVIRONMENT = 'deliver-test';

/** The name of the stack that the toolkit would be given for `destroy`; empty is the environment's own. */
function stackName(variables, settings) {
  const folder = mkdtempSync(join(tmpdir(), 'deliver-'));
  const file = join(ROOT, 'cdk/environments', `${ENVIRONMENT}.env`);
  try {
    writeFileSync(join(folder, 'npx'), '#!/bin/sh\nprintf "name=%s" "${MCP_DEPLOY_STACK_NAME-not set}"\n', {
      mode: 0o755,
    });
    if (settings) {
      mkdirSync(join(ROOT, 'cdk/environments'), { recursive: true });
      writeFileSync(file, settings);
    }
    const env = { ...process.env, ...variables, PATH: `${folder}:${process.env.PATH}` };
    const args = ['destroy', '--environment', ENVIRONMENT];
    const { status, stdout, stderr } = spawnSync(join(ROOT, 'scripts/deliver'), args, { env, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return /name=(.*)$/.exec(stdout)?.[1];
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(file, { force: true });
    if (settings && readdirSync(join(file, '..')).length === 0) rmSync(join(file, '..'), { recursive: true });
  }
}

test('an environment is removed, and no stack that a variable names', () => {
  // An empty variable comes before `.env`.
  assert.equal(stackName({}), '');
  assert.equal(stackName({ MCP_DEPLOY_STACK_NAME: 'McpServerStack' }), '');
  assert.equal(stackName({ MCP_DEPLOY_STACK_NAME: 'Other' }, 'MCP_DEPLOY_STACK_NAME=Tools-test\n'), 'Tools-test');
});

test('a program that fails before a pipe fails its step', () => {
  const folder = join(ROOT, '.github/workflows');
  const piped = readdirSync(folder).filter((name) => /\S \| \S/.test(readFileSync(join(folder, name), 'utf8')));
  assert.deepEqual(piped, ['preview.yml']);
  for (const name of piped)
    assert.match(readFileSync(join(folder, name), 'utf8'), /^defaults:\n  run:\n    shell: bash$/m);
});
