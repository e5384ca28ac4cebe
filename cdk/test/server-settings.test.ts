import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../lib/config';
import { SERVER_SETTINGS } from '../lib/server-settings';
import { Deployment } from './deployment';

const load = (variables: Record<string, string>) =>
  loadConfig({ context: {}, variables, fileVariables: Object.keys(variables) });

test('every setting of the server that makes sense on Lambda reaches it', () => {
  const values: Record<string, string> = {
    MCP_ALLOWED_HOSTS: 'mcp.example.com,[::1]:8080',
    MCP_ALLOWED_ORIGINS: 'https://a.example',
  };
  const variables = Object.fromEntries(
    SERVER_SETTINGS.map(({ name, accepts: { most, words } }) => [
      name,
      values[name] ?? String(most ?? words?.[0] ?? 'x'),
    ]),
  );
  const { Variables } = new Deployment({ variables }).resource('AWS::Lambda::Function', 'Server').Properties
    .Environment;
  for (const { name, lambda } of SERVER_SETTINGS) {
    // The stack is called as it is called.
    const expected = name === 'MCP_STACK' ? 'McpServerStack' : undefined;
    assert.equal(Variables[name], lambda ? variables[name] : expected, name);
  }
});

test('what nobody sets is the server’s own default', () => {
  const variables = { MCP_TOOL_TIMEOUT_MS: ' ', MCP_MAX_REQUEST_BYTES: '' };
  const { Variables } = new Deployment({ variables }).resource('AWS::Lambda::Function', 'Server').Properties
    .Environment;
  assert.deepEqual(Variables, { MCP_LOG_LEVEL: 'info', MCP_METRICS: 'emf', MCP_STACK: 'McpServerStack' });
});

test('what the server would refuse is refused before it is deployed', () => {
  const refused = {
    MCP_TOOL_TIMEOUT_MS: ['0', '900001', '5s', '1e3'],
    MCP_MAX_REQUEST_BYTES: ['1023', '-1'],
    MCP_LOG_LEVEL: ['verbose'],
    MCP_ALLOWED_HOSTS: ['https://mcp.example.com', 'a b', 'a,,b'],
  };
  for (const [name, values] of Object.entries(refused)) {
    for (const value of values)
      assert.throws(() => load({ [name]: value }), new RegExp(`invalid \`${name}\`: expected`));
  }
});

test('a misspelt variable in .env is refused, and one of another program elsewhere is not', () => {
  assert.throws(
    () => load({ MCP_TOOL_TIMEOUT: '5000' }),
    /unknown variable `MCP_TOOL_TIMEOUT`: did you mean `MCP_TOOL_TIMEOUT_MS`\?/,
  );
  assert.throws(() => load({ MCP_RATELIMIT_PER_MINUT: '5' }), /did you mean `MCP_RATE_LIMIT_PER_MINUTE`\?/);
  assert.throws(() => load({ MCP_WHATEVER: '5' }), /^ConfigError: unknown variable `MCP_WHATEVER`$/);
  assert.doesNotThrow(() => loadConfig({ context: {}, variables: { MCP_TOOL_TIMEOUT: '5000' } }));
});

test('every variable of .env.example may be set', () => {
  const text = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
  const lines = [...text.matchAll(/^# (MCP_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]);
  assert.ok(lines.length > 40);
  assert.doesNotThrow(() => load(Object.fromEntries(lines)));
});
