import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type IAccessLogSettings, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RetainedLogGroup, type RetentionProps } from './retained-log-group';

/**
 * One JSON line a request. Nothing in it is chosen by the caller, such as a path or a user agent: a quotation mark
 * there could break a line and hide it from the filters below.
 */
const FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  sourceIp: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  keyId: '$context.authorizer.key_id',
  error: '$context.error.message',
} as const;

/** The gateway's access log, and what is counted from it: refusals that no function of ours sees. */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  /** Requests without a key or with one that is not accepted. */
  readonly denied: Metric;
  /** Requests over the limit of all callers together. */
  readonly throttled: Metric;

  constructor(scope: Construct, id: string, props: RetentionProps) {
    super(scope, id);
    this.logGroup = new RetainedLogGroup(this, 'Logs', props);
    this.denied = this.count('Denied', '($.status = "401" || $.status = "403")');
    this.throttled = this.count('Throttled', '$.status = "429"');
  }

  /** For a stage of the API. */
  settings(): IAccessLogSettings {
    return {
      destination: new LogGroupLogDestination(this.logGroup),
      format: AccessLogFormat.custom(JSON.stringify(FIELDS)),
    };
  }

  /** Counts answers of the gateway itself, which have no integration status, apart from the server's own. */
  private count(name: string, condition: string): Metric {
    const filter = this.logGroup.addMetricFilter(name, {
      filterPattern: FilterPattern.literal(`{ ${condition} && $.integrationStatus = "-" }`),
      metricNamespace: `McpServer/${Stack.of(this).stackName}`,
      metricName: name,
      metricValue: '1',
      defaultValue: 0,
    });
    return filter.metric({ statistic: 'Sum' });
  }
}
