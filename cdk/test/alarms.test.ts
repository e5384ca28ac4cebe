import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const silent = new Deployment();
const loud = new Deployment({ context: { alarmEmail: 'ops@example.com' } });
const alarms = (deployment: Deployment) =>
  deployment.resources('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

test('there is an alarm for each way in which callers suffer', () => {
  const watched = alarms(silent).map(({ Namespace, MetricName }) => `${Namespace} ${MetricName}`);
  assert.deepEqual(watched.sort(), [
    'AWS/ApiGateway 5xx',
    'AWS/ApiGateway Latency',
    'AWS/Lambda Errors',
    'AWS/Lambda Throttles',
    'AWS/Lambda Throttles',
    'McpServer/McpServerStack Denied',
    'McpServer/McpServerStack Throttled',
  ]);
  for (const { AlarmDescription, TreatMissingData } of alarms(silent)) {
    assert.ok(AlarmDescription);
    assert.equal(TreatMissingData, 'notBreaching');
  }
});

test('refusals are counted from fields that the access log has', () => {
  const { Format } = silent.resource('AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings;
  const filters = silent.resources('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
  assert.equal(filters.length, 2);
  for (const { FilterPattern, LogGroupName } of filters) {
    assert.deepEqual(LogGroupName, { Ref: 'EndpointAccessLogLogsDCD725C3' });
    const fields = [...(FilterPattern as string).matchAll(/\$\.(\w+)/g)].map(([, field]) => field ?? '');
    assert.ok(fields.length > 0);
    for (const field of fields) assert.ok(field in JSON.parse(Format), field);
  }
});

test('without an address nobody is told', () => {
  silent.template.resourceCountIs('AWS::SNS::Topic', 0);
  for (const { AlarmActions } of alarms(silent)) assert.equal(AlarmActions, undefined);
});

test('with an address every alarm writes to it, and only alarms of this account may', () => {
  const [[topic] = assert.fail('no topic')] = loud.resources('AWS::SNS::Topic');
  for (const { AlarmActions, OKActions } of alarms(loud)) {
    assert.deepEqual([AlarmActions, OKActions], [[{ Ref: topic }], [{ Ref: topic }]]);
  }
  const { Endpoint, Protocol } = loud.resource('AWS::SNS::Subscription').Properties;
  assert.deepEqual([Endpoint, Protocol], ['ops@example.com', 'email']);
  const [deny, allow] = loud.resource('AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement;
  assert.deepEqual([deny.Effect, deny.Condition], ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }]);
  assert.deepEqual(allow.Principal, { Service: 'cloudwatch.amazonaws.com' });
  assert.deepEqual(allow.Condition, { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
});

test('the dashboard shows every alarm', () => {
  const body = JSON.stringify(silent.resource('AWS::CloudWatch::Dashboard').Properties.DashboardBody);
  for (const [id] of silent.resources('AWS::CloudWatch::Alarm')) assert.ok(body.includes(`"${id}"`), id);
});
