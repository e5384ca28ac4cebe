import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { ApiKeyAuthorizer } from './api-key-authorizer';
import type { McpEndpoint } from './endpoint';
import type { McpServerFunction } from './server-function';

/** Who is told. */
export interface McpAlarmsOptions {
  /**
   * An address that must confirm once.
   * @default - nobody
   */
  readonly email?: string;
}

export interface McpAlarmsProps extends McpAlarmsOptions {
  readonly endpoint: McpEndpoint;
  readonly server: McpServerFunction;
  readonly authorizer: ApiKeyAuthorizer;
}

type Condition = Pick<AlarmProps, 'threshold' | 'alarmDescription'> & { metric: IMetric; evaluationPeriods?: number };

const period = Duration.minutes(5);

/** What somebody should look at. Without an address the alarms exist and tell nobody. */
export class McpAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: McpAlarmsProps) {
    super(scope, id);
    this.all = Object.entries(conditions(props)).map(([name, condition]) => this.alarm(name, condition));
    if (props.email !== undefined) this.notify(props.email);
  }

  private alarm(id: string, condition: Condition): Alarm {
    return new Alarm(this, id, {
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...condition,
    });
  }

  private notify(email: string): void {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    // A topic policy replaces the default one, which lets the account's alarms publish.
    const account = { 'aws:SourceAccount': Stack.of(this).account };
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: account } }));
    for (const alarm of this.all) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }
}

function conditions({ endpoint, server, authorizer }: McpAlarmsProps): Record<string, Condition> {
  const sum = { period, statistic: Stats.SUM };
  return {
    ServerErrors: {
      metric: endpoint.stage.metricServerError(sum),
      threshold: 5,
      alarmDescription: 'The endpoint answers with 5xx: see integrationError and authorizerError in the access log',
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
    AuthorizerThrottles: {
      metric: authorizer.function.metricThrottles(sum),
      threshold: 1,
      alarmDescription: 'The authorizer has no concurrency left, callers see 500: raise authorizerReservedConcurrency',
    },
    AuthorizerErrors: {
      metric: authorizer.function.metricErrors(sum),
      threshold: 1,
      alarmDescription: 'The authorizer fails, callers see 500: see its log; it may not reach Secrets Manager',
    },
    Throttled: {
      metric: endpoint.accessLog.throttled.with({ period }),
      threshold: 20,
      alarmDescription: 'Callers are over throttleRate or throttleBurst and see 429',
    },
    Denied: {
      metric: endpoint.accessLog.denied.with({ period }),
      threshold: 50,
      alarmDescription: 'Many calls without an accepted key: a forgotten client or somebody who tries',
    },
  };
}
