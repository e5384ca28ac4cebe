import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { ConfigError, loadConfig } from '../lib/config';
import { SETTINGS, type SettingName } from '../lib/settings';

const load = (variables: Record<string, string> = {}, context: Record<string, unknown> = {}) =>
  loadConfig({ variables, context });

function problems(variables: Record<string, string>, context: Record<string, unknown> = {}): readonly string[] {
  try {
    load(variables, context);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('the documented fallbacks are the defaults', () => {
  const fallbacks = Object.values(SETTINGS).map(({ variable, fallback }) => [variable, fallback]);
  assert.deepEqual(load(Object.fromEntries(fallbacks)), load());
  const config = load();
  assert.equal(config.architecture, Architecture.X86_64);
  assert.equal(config.authorizer.ttlSeconds, 0);
  assert.equal(config.server.reservedConcurrency, undefined);
  assert.equal(config.keepData, true);
  assert.equal(config.terminationProtection, false);
  assert.equal(config.stackName, 'McpServerStack');
});

test('context comes before variables, and may have the types of JSON', () => {
  const variables = { MCP_DEPLOY_MEMORY_MB: '1024', MCP_DEPLOY_KEEP_DATA: 'true' };
  assert.equal(load(variables).server.memoryMb, 1024);
  const config = load(variables, { memoryMb: 2048, keepData: false });
  assert.equal(config.server.memoryMb, 2048);
  assert.equal(config.keepData, false);
});

test('an empty value is no value', () => {
  assert.deepEqual(load({ MCP_DEPLOY_MEMORY_MB: ' ', API_KEY: '' }, { architecture: '' }), load());
});

test('every setting reaches the configuration', () => {
  const config = load({ MCP_TOOL_TIMEOUT_MS: '9000' }, {
    environment: 'staging',
    stackName: 'Tools',
    architecture: 'arm64',
    memoryMb: '1769',
    timeoutSeconds: '10',
    reservedConcurrency: '20',
    provisionedConcurrency: '10',
    authorizerReservedConcurrency: '40',
    authorizerTtlSeconds: '300',
    keyCacheSeconds: '5',
    throttleRate: '7',
    throttleBurst: '8',
    allowedOrigins: 'https://a.example, http://localhost:6274',
    logLevel: 'WARN',
    logRetentionDays: '30',
    tracing: 'true',
    metrics: 'false',
    detailedMetrics: 'true',
    alarmEmail: 'ops@example.com',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:ops',
    heartbeatMinutes: '5',
    release: 'Linear10PercentEvery1Minute',
    domainName: 'mcp.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0f-1',
    hostedZoneId: 'Z0123456789ABC',
    rustImage: 'registry.example.com:5000/library/rust:1.95.0-bookworm',
    runtimeImage: `gcr.io/distroless/cc-debian13@sha256:${'0f'.repeat(32)}`,
    adapterImage: `public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0@sha256:${'0f'.repeat(32)}`,
    keepData: 'false',
    terminationProtection: 'true',
    ssmOutputs: 'true',
    removeDeployedKey: 'true',
  } satisfies Record<SettingName, string>);
  assert.deepEqual(config, {
    stackName: 'Tools',
    environment: 'staging',
    architecture: Architecture.ARM_64,
    baseImages: {
      rust: 'registry.example.com:5000/library/rust:1.95.0-bookworm',
      runtime: `gcr.io/distroless/cc-debian13@sha256:${'0f'.repeat(32)}`,
      adapter: `public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0@sha256:${'0f'.repeat(32)}`,
    },
    server: {
      memoryMb: 1769,
      timeoutSeconds: 10,
      reservedConcurrency: 20,
      provisionedConcurrency: 10,
      release: 'linear10PercentEvery1Minute',
      variables: { MCP_TOOL_TIMEOUT_MS: '9000' },
    },
    authorizer: { reservedConcurrency: 40, ttlSeconds: 300, keyCacheSeconds: 5 },
    throttle: { rate: 7, burst: 8 },
    allowedOrigins: ['https://a.example', 'http://localhost:6274'],
    logs: { level: 'warn', retention: 30 },
    tracing: true,
    metrics: false,
    detailedMetrics: true,
    alarmEmail: 'ops@example.com',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:ops',
    heartbeatMinutes: 5,
    domain: {
      name: 'mcp.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0f-1',
      hostedZoneId: 'Z0123456789ABC',
    },
    keepData: false,
    terminationProtection: true,
    ssmOutputs: true,
    removeDeployedKey: true,
    apiKeySha256: undefined,
  });
});

test('every bad value is reported at once, with its place and what was expected', () => {
  const weak = 'a'.repeat(40);
  const found = problems(
    {
      MCP_DEPLOY_TIMEOUT_SECONDS: '30',
      MCP_ALLOWED_ORIGINS: 'http://localhost:*',
      MCP_DEPLOY_LOG_RETENTION_DAYS: '42',
      MCP_DEPLOY_MEMORY: '512',
      API_KEY: weak,
    },
    { architecture: 'riscv', memoryMb: '1e3', hostedZoneId: 'Z1', provisionedConcurrency: 3, reservedConcurrency: 2 },
  );
  assert.deepEqual(found, [
    'unknown variable `MCP_DEPLOY_MEMORY`: did you mean `MCP_DEPLOY_MEMORY_MB`?',
    'invalid `-c architecture`: expected `x86_64` or `arm64`, got `riscv`',
    'invalid `-c provisionedConcurrency`: expected at most `reservedConcurrency`, 2',
    'invalid `-c memoryMb`: expected a whole number from 128 to 10240, got `1e3`',
    'invalid `MCP_DEPLOY_TIMEOUT_SECONDS`: expected a whole number from 1 to 29, got `30`',
    'invalid `MCP_ALLOWED_ORIGINS`: expected origins such as `https://app.example.com`, separated by commas, without wildcards, got `http://localhost:*`',
    'invalid `MCP_DEPLOY_LOG_RETENTION_DAYS`: expected a period that CloudWatch Logs knows, such as 7, 30, 90, 180, 365, got `42`',
    'invalid `-c hostedZoneId`: expected `domainName` beside it',
    'invalid `API_KEY`: expected random characters, got a repetition of few; make one with `openssl rand -hex 32`, or remove it and run `mcp-client keys create` after the deployment',
  ]);
  assert.ok(!found.join().includes(weak));
});

test('values outside their bounds are refused', () => {
  const refused: Partial<Record<SettingName, readonly string[]>> = {
    memoryMb: ['127', '10241', '-1', '512.5', 'NaN'],
    timeoutSeconds: ['0'],
    reservedConcurrency: ['0', 'all'],
    authorizerTtlSeconds: ['3601', ''.padEnd(12, '9')],
    keyCacheSeconds: ['0', '901'],
    throttleBurst: ['0'],
    allowedOrigins: [
      'https://a.example/',
      'app.example',
      '*',
      'https://a.example/path',
      'ftp://a.example',
      'https://*.a.example',
    ],
    logLevel: ['verbose'],
    logRetentionDays: ['0', '9999', 'forever'],
    alarmEmail: ['ops', 'a b@example.com'],
    alarmTopicArn: ['ops', 'arn:aws:sns:eu-west-1:123456789012:ops.fifo', 'arn:aws:sqs:eu-west-1:123456789012:ops'],
    release: ['canary', 'canary50Percent1Minute'],
    tracing: ['active'],
    environment: ['feature/x', 'pr--1', '-a', '1a', 'a'.repeat(65)],
    stackName: ['my_stack', '1st', 'a'.repeat(129)],
    rustImage: [
      'rust',
      'registry.example.com:5000/rust',
      'rust:',
      'Rust:1',
      'rust:1 --privileged',
      'https://a.example/rust:1',
    ],
    runtimeImage: ['cc@sha256:0f', `cc@sha256:${'0F'.repeat(32)}`],
    keepData: ['yes'],
  };
  for (const [name, values] of Object.entries(refused)) {
    for (const value of values) assert.equal(problems({}, { [name]: value }).length, 1, `${name}=${value}`);
  }
});

test('a domain and its certificate come together', () => {
  const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0f-1';
  assert.match(problems({}, { domainName: 'mcp.example.com' }).join(), /expected `certificateArn` beside it/);
  assert.match(problems({}, { certificateArn }).join(), /expected `domainName` beside it/);
  assert.match(problems({}, { domainName: 'https://mcp.example.com', certificateArn }).join(), /expected a host name/);
  assert.match(problems({}, { domainName: 'mcp.example.com', certificateArn: 'mine' }).join(), /expected the ARN/);
});

test('unknown settings are refused, the entries of the toolkit are not', () => {
  assert.deepEqual(problems({}, { memory: 512, toString: 1, 'memory-mb': 512, apiKey: 'secret-value' }), [
    'unknown setting `-c memory`',
    'unknown setting `-c toString`',
    'unknown setting `-c memory-mb`: did you mean `memoryMb`?',
    '`-c apiKey` would show the key in process lists: set `API_KEY` in `.env`',
  ]);
  assert.deepEqual(
    problems({ MCP_PORT: '8080' }, { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:x': true, 'cli-telemetry': false }),
    [],
  );
});

test('README.md documents every setting', () => {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8').split('\n');
  const rows = readme
    .filter((line) => /^\| `\w+` +\| `MCP_/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const documented = rows.map(([, name, variable, fallback]) => [name, variable, fallback]);
  const expected = Object.entries(SETTINGS).map(([name, { variable, fallback }]) => [
    `\`${name}\``,
    `\`${variable}\``,
    fallback === '' ? '' : `\`${fallback}\``,
  ]);
  assert.deepEqual(documented, expected);
});
