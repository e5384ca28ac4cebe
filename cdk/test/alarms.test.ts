import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const silent = new Deployment();
const loud = new Deployment({ context: { alarmEmail: 'ops@example.com' } });
const topic = 'arn:aws:sns:eu-west-1:123456789012:ops';
const alarms = (deployment: Deployment) =>
  deployment.resources('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

test('there is an alarm for each way in which callers suffer', () => {
  const watched = alarms(silent).map(({ Metrics, Namespace, MetricName }) =>
    Metrics ? Metrics[0].Expression : `${Namespace} ${MetricName}`,
  );
  assert.deepEqual(watched.sort(), [
    'AWS/ApiGateway 4xx',
    'AWS/ApiGateway 5xx',
    'AWS/ApiGateway Latency',
    'AWS/Lambda Errors',
    'AWS/Lambda Throttles',
    'IF(failed > 1 OR failed == calls, 100 * failed / calls, 0)',
  ]);
  for (const { AlarmDescription, TreatMissingData } of alarms(silent)) {
    assert.ok(AlarmDescription);
    assert.equal(TreatMissingData, 'notBreaching');
  }
});

test('the share of 5xx is of all calls of the stage, and counts where there was only one', () => {
  const [rate = assert.fail('no rate')] = alarms(silent).filter(({ Metrics }) => Metrics);
  const metrics = rate.Metrics.slice(1).map(({ Id, MetricStat }: any) => [
    Id,
    MetricStat.Metric.MetricName,
    MetricStat.Stat,
  ]);
  assert.deepEqual(metrics, [
    ['failed', '5xx', 'Sum'],
    ['calls', 'Count', 'Sum'],
  ]);
  assert.deepEqual([rate.Threshold, rate.ComparisonOperator], [2, 'GreaterThanOrEqualToThreshold']);
  // What CloudWatch would compute.
  const percent = (failed: number, calls: number) => (failed > 1 || failed === calls ? (100 * failed) / calls : 0);
  for (const [failed, calls, fires] of [
    [1, 1, true],
    [3, 3, true],
    [1, 2, false],
    [2, 100, true],
    [2, 101, false],
  ] as const) {
    assert.equal(percent(failed, calls) >= rate.Threshold, fires, `${failed} of ${calls}`);
  }
});

test('alarms are billed by their metrics, and are no more than seven', () => {
  const metrics = alarms(silent).map(({ Metrics }) => Metrics?.filter((metric: any) => metric.MetricStat).length ?? 1);
  assert.ok(metrics.reduce((sum, count) => sum + count) <= 7);
});

test('refusals are counted from fields that the access log has', () => {
  const { Format } = silent.resource('AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings;
  const filters = silent.resources('AWS::Logs::MetricFilter').map(([, { Properties }]) => Properties);
  assert.equal(filters.length, 1);
  for (const { FilterPattern, LogGroupName } of filters) {
    assert.deepEqual(LogGroupName, { Ref: 'EndpointAccessLogLogsDCD725C3' });
    const fields = [...(FilterPattern as string).matchAll(/\$\.(\w+)/g)].map(([, field]) => field ?? '');
    assert.ok(fields.length > 0);
    for (const field of fields) assert.ok(field in JSON.parse(Format), field);
  }
});

test('a topic that exists is told too, alone or beside an address', () => {
  const actions = (context: Record<string, string>) =>
    alarms(new Deployment({ context })).map(({ AlarmActions, OKActions }) => [AlarmActions, OKActions]);
  for (const found of actions({ alarmTopicArn: topic })) assert.deepEqual(found, [[topic], [topic]]);
  for (const [alarm] of actions({ alarmTopicArn: topic, alarmEmail: 'ops@example.com' })) {
    assert.deepEqual([alarm.length, alarm.at(-1)], [2, topic]);
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
