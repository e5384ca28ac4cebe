import { ArnFormat, Aws, Fn, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { IAccessLogSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionProps, serverName } from './function-settings';
import { RetainedLogGroup, type RetentionProps } from './retained-log-group';

export type AccessLogProps = RetentionProps & Pick<FunctionProps, 'serverName'>;

/**
 * One JSON line a request. Nothing in it is chosen by the caller, such as a path or a user agent: a quotation mark
 * there could break a line and hide it from the filter below.
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

/**
 * The gateway's access log, and what is counted from it: refusals that no function of ours sees. AWS writes no lines for
 * some answers, such as those to too many (429) or too large (413) requests, so those are not counted here.
 */
export class AccessLog extends Construct {
  readonly logGroup: LogGroup;
  /** Requests without a key or with one that is not accepted. */
  readonly denied: Metric;

  constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    this.logGroup = new RetainedLogGroup(this, 'Logs', { ...props, logGroupName: this.logGroupName() });
    this.denied = this.count(serverName(this, props), 'Denied', '($.status = "401" || $.status = "403")');
  }

  /** For a stage of the API. */
  settings(): IAccessLogSettings {
    return {
      destination: { bind: () => ({ destinationArn: this.destinationArn() }) },
      format: AccessLogFormat.custom(JSON.stringify(FIELDS)),
    };
  }

  /**
   * Other prefixes are each added to a resource policy of the region that has room for few, and deployments fail once it
   * is full. The stack's id tells a new stack from an old one of the same name, whose log may still be there.
   */
  private logGroupName(): string {
    const stackId = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    const part = Fn.select(0, Fn.split('-', stackId));
    return `/aws/vendedlogs/apigateway/${Aws.STACK_NAME}-${part}-${this.node.addr.slice(-8)}`;
  }

  /** The gateway stores it without the `:*` that the attribute of a log group has, and would seem to drift for ever. */
  private destinationArn(): string {
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: this.logGroup.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Counts answers of the gateway itself, which have no integration status, apart from the server's own. */
  private count(server: string, name: string, condition: string): Metric {
    const filter = this.logGroup.addMetricFilter(name, {
      filterPattern: FilterPattern.literal(`{ ${condition} && $.integrationStatus = "-" }`),
      metricNamespace: `McpServer/${server}`,
      metricName: name,
      metricValue: '1',
      defaultValue: 0,
    });
    return filter.metric({ statistic: 'Sum' });
  }
}
