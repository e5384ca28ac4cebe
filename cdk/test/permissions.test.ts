import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const deployment = new Deployment();
const xray = {
  Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  Effect: 'Allow',
  Resource: '*',
};

// The ARN of a log group as CloudFormation gives it ends with :*, which are its streams.
const writeTo = (logGroup: string) => ({
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Effect: 'Allow',
  Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
});

test('each function has exactly the permissions it needs', () => {
  const statements = Object.fromEntries(
    deployment
      .resources('AWS::IAM::Policy')
      .map(([id, { Properties }]) => [id.replace(/Role.*/, ''), Properties.PolicyDocument.Statement]),
  );
  assert.deepEqual(statements, {
    Server: [writeTo('ServerLogs243D88B8')],
    Authorizer: [
      writeTo('AuthorizerLogsF64AA3CA'),
      { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: { Ref: 'KeysSecret88F3B70F' } },
    ],
  });
});

test('a function may send traces where there are any', () => {
  const traced = new Deployment({ context: { tracing: true } });
  const policies = traced.resources('AWS::IAM::Policy').filter(([id]) => id.includes('Tracing'));
  assert.deepEqual(
    policies.map(([, { Properties }]) => Properties.PolicyDocument.Statement),
    [[xray], [xray]],
  );
});

test('roles have no managed policies and serve Lambda only', () => {
  for (const [id, { Properties }] of deployment.resources('AWS::IAM::Role')) {
    assert.equal(Properties.ManagedPolicyArns, undefined, id);
    assert.equal(Properties.Policies, undefined, id);
    assert.deepEqual(Properties.AssumeRolePolicyDocument.Statement, [
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  }
});

test('only this API may invoke the functions: the server by its path, the authorizer by its authorizer', () => {
  const sources = deployment.resources('AWS::Lambda::Permission').map(([, { Properties }]) => {
    assert.equal(Properties.Principal, 'apigateway.amazonaws.com');
    const parts: unknown[] = Properties.SourceArn['Fn::Join'][1];
    assert.ok(parts.some((part) => JSON.stringify(part) === '{"Ref":"EndpointApiB7AE4D04"}'));
    const last = parts.slice(parts.findIndex((part) => JSON.stringify(part).includes('EndpointApi')) + 1);
    return [Properties.FunctionName['Fn::GetAtt']?.[0] ?? Properties.FunctionName.Ref, ...last];
  });
  assert.deepEqual(sources, [
    ['AuthorizerFunctionEB19F618', '/authorizers/', { Ref: 'EndpointApiAuthorizer8704F79D' }],
    ['ServerFunctionAliasliveD83FFF50', '/*/*/mcp'],
  ]);
});
