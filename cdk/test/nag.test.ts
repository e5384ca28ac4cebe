import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { McpServerFunction } from '../lib/index';
import { Deployment } from './deployment';
import { temporaryDirectory } from './temporary';

const everything = {
  alarmEmail: 'ops@example.com',
  allowedOrigins: 'https://app.example.com',
  authorizerTtlSeconds: 60,
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0f-1',
  domainName: 'mcp.example.com',
  hostedZoneId: 'Z0123456789ABC',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:ops',
  environment: 'staging',
  heartbeatMinutes: 5,
  keepData: false,
  provisionedConcurrency: 2,
  release: 'canary10Percent5Minutes',
  reservedConcurrency: 20,
  ssmOutputs: true,
  tracing: true,
};

function violations(stack: Stack): string[] {
  const report = new AwsSolutionsChecks(stack).validateScope(stack);
  return report.violations.map(({ ruleName, description }) => `${ruleName}: ${description}`);
}

test('AwsSolutions finds nothing, with all settings and with none', () => {
  assert.deepEqual(violations(new Deployment().stack), []);
  assert.deepEqual(violations(new Deployment({ context: everything }).stack), []);
});

test('a tool that may do something to every resource is found, traced or not', () => {
  for (const tracing of [false, true]) {
    const { stack } = new Deployment({ context: { tracing } });
    const server = stack.node.findChild('Default').node.findChild('Server') as McpServerFunction;
    server.function.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: ['*'] }));
    assert.match(violations(stack).join(), /AwsSolutions-IAM5/);
  }
});

test('a finding stops the synthesis', () => {
  const app = new App({ analyticsReporting: false, outdir: temporaryDirectory('out') });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new Secret(new Stack(app, 'Stack'), 'Secret');
  assert.throws(() => app.synth(), /Validation failed/);
});

test('AwsSolutions finds what is not acknowledged', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  new Secret(stack, 'Secret');
  assert.match(violations(stack).join(), /AwsSolutions-SMG4/);
});
