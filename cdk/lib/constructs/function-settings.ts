import {
  ApplicationLogLevel,
  Architecture,
  type FunctionOptions,
  LoggingFormat,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Config } from '../config';
import type { ExecutionRole } from './execution-role';

/** What both functions have in common. */
export function functionSettings(config: Config, logGroup: ILogGroup, role: ExecutionRole) {
  return {
    architecture: config.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
    logGroup,
    role,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: config.logs.level.toUpperCase() as ApplicationLogLevel,
    // Lambda's own reports of durations and memory are at this level.
    systemLogLevelV2: SystemLogLevel.INFO,
    tracing: Tracing.ACTIVE,
  } satisfies FunctionOptions;
}
