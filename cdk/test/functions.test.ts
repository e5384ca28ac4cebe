import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const standard = new Deployment();
const server = (deployment: Deployment) => deployment.resource('AWS::Lambda::Function', 'Server').Properties;
const authorizer = (deployment: Deployment) => deployment.resource('AWS::Lambda::Function', 'Authorizer').Properties;

test('both functions log JSON to a group of their own, which ends lines', () => {
  for (const [properties, logGroup] of [
    [server(standard), 'ServerLogs243D88B8'],
    [authorizer(standard), 'AuthorizerLogsF64AA3CA'],
  ] as const) {
    assert.deepEqual(properties.LoggingConfig, {
      LogFormat: 'JSON',
      // Lambda would drop lines without a level, such as metrics, so it filters nothing.
      ApplicationLogLevel: 'TRACE',
      SystemLogLevel: 'INFO',
      LogGroup: { Ref: logGroup },
    });
    assert.equal(properties.Environment.Variables.MCP_LOG_LEVEL, 'info');
  }
  for (const [id, { Properties }] of standard.resources('AWS::Logs::LogGroup'))
    assert.equal(Properties.RetentionInDays, 90, id);
});

test('log level and retention can be set', () => {
  const deployment = new Deployment({ context: { logLevel: 'warn', logRetentionDays: 7 } });
  for (const { LoggingConfig, Environment } of [server(deployment), authorizer(deployment)]) {
    assert.equal(LoggingConfig.ApplicationLogLevel, 'TRACE');
    assert.equal(Environment.Variables.MCP_LOG_LEVEL, 'warn');
  }
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
    MCP_LOG_LEVEL: 'info',
    MCP_METRICS: 'emf',
    MCP_STACK: 'McpServerStack',
  });
});

test('nobody is billed for traces unless they are wanted, nor for metrics that are not', () => {
  const traced = new Deployment({ context: { tracing: true, metrics: false } });
  for (const [deployment, mode, metrics] of [
    [standard, 'PassThrough', 'emf'],
    [traced, 'Active', 'off'],
  ] as const) {
    for (const { TracingConfig, Environment } of [server(deployment), authorizer(deployment)]) {
      assert.deepEqual(TracingConfig, { Mode: mode });
      assert.equal(Environment.Variables.MCP_METRICS, metrics);
    }
  }
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
