import {
  ApplicationLogLevel,
  Architecture,
  type FunctionOptions,
  LoggingFormat,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ExecutionRole } from './execution-role';
import type { RetentionProps } from './retained-log-group';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

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
}

/** The properties of such a function. */
export function functionSettings(props: FunctionProps, logGroup: ILogGroup, role: ExecutionRole) {
  const level = props.logLevel ?? 'info';
  return {
    architecture: props.architecture ?? Architecture.X86_64,
    logGroup,
    role,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: level.toUpperCase() as ApplicationLogLevel,
    // Lambda's own reports of durations and memory are at this level.
    systemLogLevelV2: SystemLogLevel.INFO,
    tracing: Tracing.ACTIVE,
  } satisfies FunctionOptions;
}
