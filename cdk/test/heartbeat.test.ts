import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const off = new Deployment();
const on = new Deployment({ context: { heartbeatMinutes: 5, alarmEmail: 'ops@example.com' } });
const [[functionId, lambda] = assert.fail('no function')] = on
  .resources('AWS::Lambda::Function')
  .filter(([id]) => id.startsWith('Heartbeat'));
const [[secretId, secret] = assert.fail('no secret')] = on
  .resources('AWS::SecretsManager::Secret')
  .filter(([id]) => id.startsWith('Heartbeat'));

test('without the setting nothing of it is there', () => {
  assert.doesNotMatch(JSON.stringify(off.template.toJSON()), /heartbeat/i);
  const added = (type: string) => on.resources(type).length - off.resources(type).length;
  for (const type of ['AWS::Lambda::Function', 'AWS::SecretsManager::Secret', 'AWS::CloudWatch::Alarm']) {
    assert.equal(added(type), 1, type);
  }
});

test('the schedule invokes the function once each time, and nothing is tried again', () => {
  const { ScheduleExpression, Targets } = on.resource('AWS::Events::Rule').Properties;
  assert.equal(ScheduleExpression, 'rate(5 minutes)');
  const retries = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };
  assert.deepEqual(
    Targets.map(({ Arn, RetryPolicy }: any) => [Arn, RetryPolicy]),
    [[{ 'Fn::GetAtt': [functionId, 'Arn'] }, retries]],
  );
  const asynchronous = on.resource('AWS::Lambda::EventInvokeConfig', 'Heartbeat').Properties;
  assert.equal(asynchronous.MaximumRetryAttempts, 0);
  const permission = on.resource('AWS::Lambda::Permission', 'Heartbeat').Properties;
  assert.equal(permission.Principal, 'events.amazonaws.com');
  assert.ok(permission.SourceArn['Fn::GetAtt'][0].startsWith('HeartbeatSchedule'));
});

test('a minute is a rate of its own', () => {
  const { ScheduleExpression } = new Deployment({ context: { heartbeatMinutes: 1 } }).resource(
    'AWS::Events::Rule',
  ).Properties;
  assert.equal(ScheduleExpression, 'rate(1 minute)');
});

test('it asks the public endpoint, and has time to say what failed', () => {
  const { Environment, Timeout } = lambda.Properties;
  const { MCP_SERVER_ENDPOINT, MCP_HEARTBEAT_SECRET_ID, MCP_HEARTBEAT_TIMEOUT_SECONDS } = Environment.Variables;
  assert.deepEqual(MCP_SERVER_ENDPOINT, on.template.toJSON().Outputs.McpEndpoint.Value);
  assert.deepEqual(MCP_HEARTBEAT_SECRET_ID, { Ref: secretId });
  // 3 s for Secrets Manager and 20 s, the program's own default, for the test.
  assert.equal(MCP_HEARTBEAT_TIMEOUT_SECONDS, undefined);
  assert.ok(Timeout > 3 + 20);
});

test('its secret begins empty, goes with the stack, and an output names it', () => {
  assert.equal(secret.Properties.GenerateSecretString, undefined);
  assert.equal(secret.Properties.SecretString, undefined);
  assert.equal(secret.DeletionPolicy, 'Delete');
  assert.deepEqual(on.template.toJSON().Outputs.HeartbeatSecret.Value, { Ref: secretId });
});

test('it may write its log and read its one secret', () => {
  const statements = on.resource('AWS::IAM::Policy', 'Heartbeat').Properties.PolicyDocument.Statement;
  assert.deepEqual(
    statements.map(({ Action, Resource }: any) => [Action, Resource['Fn::GetAtt']?.[0] ?? Resource.Ref]),
    [
      [
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        on.resources('AWS::Logs::LogGroup').find(([id]) => id.startsWith('Heartbeat'))?.[0],
      ],
      ['secretsmanager:GetSecretValue', secretId],
    ],
  );
});

test('the alarm fires on failure and on silence, by what AWS itself counts', () => {
  const [[, alarm] = assert.fail('no alarm')] = on
    .resources('AWS::CloudWatch::Alarm')
    .filter(([id]) => id.startsWith('AlarmsHeartbeat'));
  const { Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods, Threshold } = alarm.Properties;
  assert.deepEqual([Namespace, MetricName, Statistic], ['AWS/Lambda', 'Errors', 'Sum']);
  assert.deepEqual(Dimensions, [{ Name: 'FunctionName', Value: { Ref: functionId } }]);
  assert.equal(alarm.Properties.TreatMissingData, 'breaching');
  // One beat may fall into the next period; two in a row may not.
  assert.deepEqual([Period, EvaluationPeriods, Threshold], [300, 2, 1]);
  const [[topic] = assert.fail('no topic')] = on.resources('AWS::SNS::Topic');
  assert.deepEqual(alarm.Properties.AlarmActions, [{ Ref: topic }]);
  const body = JSON.stringify(on.resource('AWS::CloudWatch::Dashboard').Properties.DashboardBody);
  assert.match(body, /"AlarmsHeartbeat/);
  assert.ok(body.includes(`"${functionId}"`));
});
