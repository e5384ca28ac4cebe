import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { ApiKeyAuthorizer } from './api-key-authorizer';
import type { McpEndpoint } from './endpoint';
import type { McpHeartbeat } from './heartbeat';
import type { McpServerFunction } from './server-function';

/** Who is told. */
export interface McpAlarmsOptions {
  /**
   * An address that must confirm once.
   * @default - nobody
   */
  readonly email?: string;
  /**
   * A topic that exists, and whose policy lets CloudWatch publish.
   * @default - none
   */
  readonly topic?: ITopic;
}

export interface McpAlarmsProps extends McpAlarmsOptions {
  readonly endpoint: McpEndpoint;
  readonly server: McpServerFunction;
  readonly authorizer: ApiKeyAuthorizer;
  /** @default - none */
  readonly heartbeat?: McpHeartbeat;
}

type Condition = Pick<AlarmProps, 'threshold' | 'alarmDescription'> &
  Partial<Pick<AlarmProps, 'evaluationPeriods' | 'treatMissingData'>> & { metric: IMetric };

const period = Duration.minutes(5);

/** What somebody should look at. Without an address and a topic the alarms exist and tell nobody. */
export class McpAlarms extends Construct {
  readonly all: readonly Alarm[];
  /** The share of calls that fail; a release is rolled back on it. */
  readonly errorRate: Alarm;

  constructor(scope: Construct, id: string, props: McpAlarmsProps) {
    super(scope, id);
    this.errorRate = this.alarm('ErrorRate', errorRate(props));
    const watched = { ...conditions(props), ...(props.heartbeat && { Heartbeat: silence(props.heartbeat) }) };
    const others = Object.entries(watched).map(([name, condition]) => this.alarm(name, condition));
    this.all = [this.errorRate, ...others];
    if (props.email !== undefined) this.notify(this.topic(props.email));
    if (props.topic !== undefined) this.notify(props.topic);
  }

  private alarm(id: string, condition: Condition): Alarm {
    return new Alarm(this, id, {
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...condition,
    });
  }

  private topic(email: string): Topic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    // A topic policy replaces the default one, which lets the account's alarms publish.
    const account = { 'aws:SourceAccount': Stack.of(this).account };
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: account } }));
    return topic;
  }

  private notify(topic: ITopic): void {
    for (const alarm of this.all) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }
}

/**
 * Two failures at least, unless there was no call that succeeded: where one call in five minutes is usual, it must count
 * when it fails.
 */
function errorRate({ endpoint }: McpAlarmsProps): Condition {
  const sum = { period, statistic: Stats.SUM };
  return {
    metric: new MathExpression({
      expression: 'IF(failed > 1 OR failed == calls, 100 * failed / calls, 0)',
      usingMetrics: { failed: endpoint.stage.metricServerError(sum), calls: endpoint.stage.metricCount(sum) },
      label: 'Calls answered with 5xx, in percent',
      period,
    }),
    threshold: 2,
    alarmDescription: 'At least 2 % of all calls, or the only one, are answered with 5xx, within 5 minutes',
  };
}

/** An alarm costs by its metrics, so there is none for what another shows as well. */
function conditions({ endpoint, server, authorizer }: McpAlarmsProps): Record<string, Condition> {
  const sum = { period, statistic: Stats.SUM };
  return {
    ServerErrors: {
      metric: endpoint.stage.metricServerError(sum),
      threshold: 5,
      alarmDescription:
        'The endpoint answers with 5xx: see integrationError and authorizerError in the access log, and whether the ' +
        'authorizer is throttled',
    },
    Latency: {
      metric: endpoint.stage.metricLatency({ period, statistic: 'p99' }),
      threshold: 10_000,
      evaluationPeriods: 3,
      alarmDescription: 'One call in a hundred takes more than 10 s, over 15 minutes',
    },
    ServerThrottles: {
      metric: server.function.metricThrottles(sum),
      threshold: 1,
      alarmDescription: 'The server has no concurrency left: raise reservedConcurrency or the quota of the account',
    },
    AuthorizerErrors: {
      metric: authorizer.function.metricErrors(sum),
      threshold: 1,
      alarmDescription: 'The authorizer fails, callers see 500: see its log; it may not reach Secrets Manager',
    },
    Refused: {
      metric: endpoint.stage.metricClientError(sum),
      threshold: 100,
      alarmDescription:
        'Many calls are refused with 4xx: without an accepted key (401, 403: a forgotten client or somebody who tries), ' +
        'or over throttleRate or throttleBurst (429)',
    },
  };
}

/**
 * Lambda counts every invocation that ends, as 0 errors or 1: no count is as bad as an error. A beat may fall into the
 * period after its own, so one period without any says nothing, and two in a row do.
 */
function silence({ function: lambda, every }: McpHeartbeat): Condition {
  return {
    metric: lambda.metricErrors({ period: every, statistic: Stats.SUM }),
    threshold: 1,
    evaluationPeriods: 2,
    treatMissingData: TreatMissingData.BREACHING,
    alarmDescription:
      'The smoke test fails or does not run, twice in a row: see the log of the heartbeat, HeartbeatLogGroup. It needs a ' +
      'key in HeartbeatSecret',
  };
}
