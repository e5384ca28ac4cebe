import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  type Function,
  type FunctionOptions,
  LoggingFormat,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ExecutionRole } from './execution-role';
import type { RetentionProps } from './retained-log-group';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'off';

/** What all functions of a server have in common. */
export interface FunctionProps extends RetentionProps {
  /**
   * The processor that image and archive were built for.
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * The least important lines that are logged.
   * @default 'info'
   */
  readonly logLevel?: LogLevel;
  /**
   * Whether calls are traced by X-Ray, which bills each trace.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Whether the programs write metrics by tool and outcome, which CloudWatch bills each.
   * @default true
   */
  readonly metrics?: boolean;
  /**
   * What metrics and dashboard call this server: letters, digits and hyphens, a letter first.
   * @default - the name of the stack
   */
  readonly serverName?: string;
}

/** The properties of such a function. */
export function functionSettings(props: FunctionProps, logGroup: ILogGroup, role: ExecutionRole) {
  return {
    architecture: props.architecture ?? Architecture.X86_64,
    logGroup,
    role,
    loggingFormat: LoggingFormat.JSON,
    // The programs choose by MCP_LOG_LEVEL. Lambda's filter would drop lines that have no level, and it has no `off`.
    applicationLogLevelV2: ApplicationLogLevel.TRACE,
    // Lambda's own reports of durations and memory are at this level.
    systemLogLevelV2: SystemLogLevel.INFO,
  } satisfies FunctionOptions;
}

/** The variables that every program reads. */
export function commonVariables(scope: Construct, props: FunctionProps): Record<string, string> {
  return {
    MCP_LOG_LEVEL: props.logLevel ?? 'info',
    MCP_METRICS: (props.metrics ?? true) ? 'emf' : 'off',
    MCP_STACK: serverName(scope, props),
  };
}

/** What metrics call the server. */
export function serverName(scope: Construct, { serverName }: Pick<FunctionProps, 'serverName'>): string {
  return serverName ?? Stack.of(scope).stackName;
}

/** Also says when calls are not traced: what an update leaves out may stay on. The role gets no statement by it. */
export function setTracing(lambda: Function, { tracing = false }: FunctionProps): void {
  const resource = lambda.node.defaultChild as CfnFunction;
  resource.tracingConfig = { mode: tracing ? 'Active' : 'PassThrough' };
}
