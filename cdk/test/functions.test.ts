import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const standard = new Deployment();
const server = (deployment: Deployment) => deployment.resource('AWS::Lambda::Function', 'Server').Properties;
const authorizer = (deployment: Deployment) => deployment.resource('AWS::Lambda::Function', 'Authorizer').Properties;

test('both functions log JSON to a group of their own, which ends lines, and are traced', () => {
  for (const [properties, logGroup] of [
    [server(standard), 'ServerLogs243D88B8'],
    [authorizer(standard), 'AuthorizerLogsF64AA3CA'],
  ] as const) {
    assert.deepEqual(properties.LoggingConfig, {
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup: { Ref: logGroup },
    });
    assert.deepEqual(properties.TracingConfig, { Mode: 'Active' });
  }
  for (const [id, { Properties }] of standard.resources('AWS::Logs::LogGroup'))
    assert.equal(Properties.RetentionInDays, 90, id);
});

test('log level and retention can be set', () => {
  const deployment = new Deployment({ context: { logLevel: 'warn', logRetentionDays: 7 } });
  assert.equal(server(deployment).LoggingConfig.ApplicationLogLevel, 'WARN');
  assert.equal(authorizer(deployment).LoggingConfig.ApplicationLogLevel, 'WARN');
  const retention = deployment.resources('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties.RetentionInDays);
  assert.deepEqual(retention, [7, 7, 7]);
});

test('the server is an image, the authorizer an executable', () => {
  assert.equal(server(standard).PackageType, 'Image');
  const { Runtime, Handler, Timeout } = authorizer(standard);
  assert.deepEqual([Runtime, Handler, Timeout], ['provided.al2023', 'bootstrap', 5]);
});

test('the authorizer is told which secret, and nothing else that matters', () => {
  assert.deepEqual(authorizer(standard).Environment.Variables, {
    MCP_SECRET_ID: { Ref: 'KeysSecret88F3B70F' },
    MCP_CACHE_TTL_SECONDS: '60',
    MCP_METRICS: 'emf',
  });
});

test('the server keeps to its own defaults unless told otherwise', () => {
  assert.deepEqual(server(standard).Environment.Variables, { MCP_METRICS: 'emf' });
  const { Variables } = server(new Deployment({ context: { rateLimitPerMinute: 60, rateLimitBurst: 5 } })).Environment;
  assert.deepEqual(Variables, { MCP_METRICS: 'emf', MCP_RATE_LIMIT_PER_MINUTE: '60', MCP_RATE_LIMIT_BURST: '5' });
});

test('sizes can be set', () => {
  assert.deepEqual([server(standard).MemorySize, server(standard).Timeout], [512, 29]);
  const larger = server(new Deployment({ context: { memoryMb: 1769, timeoutSeconds: 10 } }));
  assert.deepEqual([larger.MemorySize, larger.Timeout], [1769, 10]);
  const caching = authorizer(new Deployment({ context: { keyCacheSeconds: 5 } }));
  assert.equal(caching.Environment.Variables.MCP_CACHE_TTL_SECONDS, '5');
});

test('both functions have the one architecture', () => {
  const arm = new Deployment({ context: { architecture: 'arm64' } });
  assert.deepEqual([server(standard).Architectures, authorizer(standard).Architectures], [['x86_64'], ['x86_64']]);
  assert.deepEqual([server(arm).Architectures, authorizer(arm).Architectures], [['arm64'], ['arm64']]);
});

test('the authorizer has concurrency of its own, so that the server cannot take it', () => {
  assert.equal(authorizer(standard).ReservedConcurrentExecutions, undefined);
  assert.equal(server(standard).ReservedConcurrentExecutions, undefined);
  const other = new Deployment({ context: { authorizerReservedConcurrency: 50, reservedConcurrency: 20 } });
  assert.equal(authorizer(other).ReservedConcurrentExecutions, 50);
  assert.equal(server(other).ReservedConcurrentExecutions, 20);
});

test('a warm server is called by its alias', () => {
  standard.template.resourceCountIs('AWS::Lambda::Alias', 0);
  const warm = new Deployment({ context: { provisionedConcurrency: 2 } });
  const [[alias, { Properties }] = assert.fail('no alias')] = warm.resources('AWS::Lambda::Alias');
  assert.deepEqual(Properties.ProvisionedConcurrencyConfig, { ProvisionedConcurrentExecutions: 2 });
  assert.deepEqual(warm.resource('AWS::ApiGatewayV2::Integration').Properties.IntegrationUri, { Ref: alias });
});
