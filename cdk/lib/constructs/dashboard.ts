import { Aws, Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ApiKeyAuthorizer } from './api-key-authorizer';
import type { McpAlarms } from './alarms';
import type { McpEndpoint } from './endpoint';
import type { McpHeartbeat } from './heartbeat';
import type { McpServerFunction } from './server-function';

const FULL_WIDTH = 24;

export interface McpDashboardProps {
  /** What its metrics call the server. */
  readonly serverName: string;
  readonly alarms: McpAlarms;
  readonly endpoint: McpEndpoint;
  readonly server: McpServerFunction;
  readonly authorizer: ApiKeyAuthorizer;
  /** @default - none */
  readonly heartbeat?: McpHeartbeat;
}

/** The endpoint on one page: alarms, traffic, refusals, latency, tools, functions. */
export class McpDashboard extends Construct {
  /** In the AWS console. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: McpDashboardProps) {
    super(scope, id);
    const { serverName, alarms, endpoint, server, authorizer, heartbeat } = props;
    const { stage, accessLog } = endpoint;
    const sum = { statistic: Stats.SUM };
    const dashboard = new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.all], width: FULL_WIDTH, height: 3 })],
        row({
          Calls: [stage.metricCount(sum), stage.metricClientError(sum), stage.metricServerError(sum)],
          'Without an accepted key': [accessLog.denied],
          'Latency (ms)': percentiles((statistic) => stage.metricLatency({ statistic })),
        }),
        row({
          'Calls by tool': [byTool(serverName, 'Calls', 'Sum')],
          'Tool duration (ms, p99)': [byTool(serverName, 'Duration', 'p99')],
        }),
        row({ ...functionGraphs('Server', server.function), ...functionGraphs('Authorizer', authorizer.function) }),
        ...(heartbeat ? [row(functionGraphs('Heartbeat', heartbeat.function))] : []),
      ],
    });
    const console = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home`;
    this.url = `${console}?region=${Aws.REGION}#dashboards/dashboard/${dashboard.dashboardName}`;
  }
}

function functionGraphs(name: string, lambda: IFunction): Record<string, IMetric[]> {
  return {
    [`${name}: calls`]: [lambda.metricInvocations(), lambda.metricErrors(), lambda.metricThrottles()],
    [`${name}: duration (ms)`]: percentiles((statistic) => lambda.metricDuration({ statistic })),
  };
}

/** The tools are not known here: the server names them as it is called. */
function byTool(server: string, metric: string, statistic: string): IMetric {
  return new MathExpression({
    expression: `SEARCH('{McpServer,Stack,Tool,Outcome} Stack="${server}" MetricName="${metric}"', '${statistic}')`,
    label: '',
    usingMetrics: {},
  });
}

function percentiles(metric: (statistic: string) => IMetric): IMetric[] {
  return ['p50', 'p99'].map(metric);
}

/** Graphs by title, side by side. */
function row(graphs: Record<string, IMetric[]>): GraphWidget[] {
  const entries = Object.entries(graphs);
  const width = FULL_WIDTH / entries.length;
  return entries.map(
    ([title, left]) => new GraphWidget({ title, left, width, leftYAxis: { min: 0, showUnits: false } }),
  );
}
