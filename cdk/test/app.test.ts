import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from './temporary';

/** Runs the app as the toolkit does, but builds nothing, and sees nothing of this machine's `.env`. */
function run(environment: Record<string, string>) {
  const out = temporaryDirectory('out');
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    API_KEY: '',
    CDK_CONTEXT_JSON: '{"aws:cdk:bundling-stacks":[]}',
    CDK_OUTDIR: out,
    ...environment,
  };
  const { status, stderr } = spawnSync('node', [join(__dirname, '../bin/app.js')], { env, encoding: 'utf8' });
  return { status, stderr, out };
}

test('bad settings are a usage error, before anything is made', () => {
  const { status, stderr } = run({ MCP_DEPLOY_MEMORY_MB: '1', MCP_TOOL_TIMEOUT_MS: 'soon' });
  assert.equal(status, 64);
  for (const name of ['MCP_DEPLOY_MEMORY_MB', 'MCP_TOOL_TIMEOUT_MS']) assert.ok(stderr.includes(`invalid \`${name}\``));
});

test('where AWS cannot be asked about a deployed key, the stack must not be deployed', () => {
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  // Nothing listens on port 9.
  const account = { CDK_DEFAULT_ACCOUNT: '123456789012', CDK_DEFAULT_REGION: 'us-east-1' };
  const { out, stderr } = run({ ...credentials, ...account, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
  const metadata = JSON.parse(readFileSync(join(out, 'McpServerStack.metadata.json'), 'utf8'));
  const errors = Object.values<any>(metadata)
    .flat()
    .filter(({ type }) => type === 'aws:cdk:error');
  assert.equal(errors.length, 1, stderr);
  assert.match(errors[0].data, /^cannot tell whether the stack McpServerStack .*ECONNREFUSED.*removeDeployedKey=true/);
});
