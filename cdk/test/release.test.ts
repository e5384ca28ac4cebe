import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const standard = new Deployment();
const warm = new Deployment({ context: { provisionedConcurrency: 2 } });
const gradual = new Deployment({ context: { release: 'canary10Percent5Minutes' } });
const permission = (deployment: Deployment) =>
  deployment.resources('AWS::Lambda::Permission').filter(([id]) => id.startsWith('EndpointMayInvoke'));

test('the server is always called by its alias, warm or not', () => {
  for (const deployment of [standard, warm, gradual]) {
    const [[alias] = assert.fail('no alias')] = deployment.resources('AWS::Lambda::Alias');
    assert.deepEqual(deployment.resource('AWS::ApiGatewayV2::Integration').Properties.IntegrationUri, { Ref: alias });
  }
  const { ProvisionedConcurrencyConfig } = warm.resource('AWS::Lambda::Alias').Properties;
  assert.deepEqual(ProvisionedConcurrencyConfig, { ProvisionedConcurrentExecutions: 2 });
});

test('switching provisioned concurrency on or off replaces neither permission nor target', () => {
  assert.equal(permission(standard).length, 1);
  assert.deepEqual(permission(warm), permission(standard));
  const integration = (deployment: Deployment) => deployment.resources('AWS::ApiGatewayV2::Integration');
  assert.deepEqual(integration(warm), integration(standard));
});

test('the gateway gets a target only when it may invoke it', () => {
  for (const deployment of [standard, warm, gradual]) {
    const [[id] = assert.fail('no permission')] = permission(deployment);
    assert.deepEqual(deployment.resource('AWS::ApiGatewayV2::Integration').DependsOn, [id]);
  }
});

test('what changes the function makes a new version, and what does not makes none', () => {
  const version = (deployment: Deployment) => deployment.resources('AWS::Lambda::Version').map(([id]) => id);
  for (const change of [{ logLevel: 'debug' }, { tracing: true }, { metrics: false }]) {
    assert.notDeepEqual(version(new Deployment({ context: change })), version(standard), JSON.stringify(change));
  }
  assert.deepEqual(version(warm), version(standard));
});

test('all at once needs no CodeDeploy', () => {
  for (const type of ['Application', 'DeploymentGroup', 'DeploymentConfig'])
    standard.template.resourceCountIs(`AWS::CodeDeploy::${type}`, 0);
  assert.equal(standard.resource('AWS::Lambda::Alias').UpdatePolicy, undefined);
});

test('a gradual release is rolled back when the share of 5xx rises', () => {
  const [[group, { Properties }] = assert.fail('no group')] = gradual.resources('AWS::CodeDeploy::DeploymentGroup');
  const [[alarm] = assert.fail('no alarm')] = gradual
    .resources('AWS::CloudWatch::Alarm')
    .filter(([id]) => id.startsWith('AlarmsErrorRate'));
  assert.equal(Properties.DeploymentConfigName, 'CodeDeployDefault.LambdaCanary10Percent5Minutes');
  assert.deepEqual(Properties.AlarmConfiguration, { Alarms: [{ Name: { Ref: alarm } }], Enabled: true });
  assert.deepEqual(Properties.AutoRollbackConfiguration, {
    Enabled: true,
    Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
  });
  assert.deepEqual(
    gradual.resource('AWS::Lambda::Alias').UpdatePolicy?.CodeDeployLambdaAliasUpdate.DeploymentGroupName,
    {
      Ref: group,
    },
  );
});

test('CodeDeploy may move the one alias and read alarms, and nothing else', () => {
  const [[, role] = assert.fail('no role')] = gradual
    .resources('AWS::IAM::Role')
    .filter(([id]) => id.startsWith('Release'));
  assert.equal(role.Properties.ManagedPolicyArns, undefined);
  const policies = gradual.resources('AWS::IAM::Policy').filter(([id]) => id.startsWith('Release'));
  const arn = { 'Fn::GetAtt': ['ServerFunctionB9E3FD9F', 'Arn'] };
  assert.deepEqual(
    policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement),
    [
      { Action: ['lambda:GetAlias', 'lambda:UpdateAlias'], Effect: 'Allow', Resource: arn },
      {
        Action: 'lambda:GetProvisionedConcurrencyConfig',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', [arn, ':*']] },
      },
      { Action: 'cloudwatch:DescribeAlarms', Effect: 'Allow', Resource: '*' },
    ],
  );
  const { DependsOn } = gradual.resource('AWS::CodeDeploy::DeploymentGroup');
  for (const [id] of policies) assert.ok(DependsOn?.includes(id), id);
});
