import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Deployment } from './deployment';

const everything = {
  alarmEmail: 'ops@example.com',
  allowedOrigins: 'https://app.example.com',
  authorizerTtlSeconds: 60,
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0f-1',
  domainName: 'mcp.example.com',
  hostedZoneId: 'Z0123456789ABC',
  keepData: false,
  provisionedConcurrency: 2,
  reservedConcurrency: 20,
};

function violations(stack: Stack): string[] {
  const report = new AwsSolutionsChecks(stack).validateScope(stack);
  return report.violations.map(({ ruleName, description }) => `${ruleName}: ${description}`);
}

test('AwsSolutions finds nothing, with all settings and with none', () => {
  assert.deepEqual(violations(new Deployment().stack), []);
  assert.deepEqual(violations(new Deployment({ context: everything }).stack), []);
});

test('AwsSolutions finds what is not acknowledged', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  new Secret(stack, 'Secret');
  assert.match(violations(stack).join(), /AwsSolutions-SMG4/);
});
