import { Duration } from 'aws-cdk-lib';
import { type DockerImageCode, DockerImageFunction, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../config';
import { ExecutionRole } from './execution-role';
import { functionSettings } from './function-settings';
import { RetainedLogGroup } from './retained-log-group';

export interface ServerFunctionProps {
  readonly config: Config;
  /** The image of `mcp-server` with the Lambda Web Adapter. */
  readonly image: DockerImageCode;
}

/** The MCP server. A tool that needs an AWS service gets its statement by `function.addToRolePolicy` or a `grant*`. */
export class ServerFunction extends Construct {
  readonly function: DockerImageFunction;
  /** What the gateway invokes: the function, or the alias that is kept warm. */
  readonly target: IFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { config, image }: ServerFunctionProps) {
    super(scope, id);
    const { memoryMb, timeoutSeconds, reservedConcurrency, provisionedConcurrency } = config.server;
    this.logGroup = new RetainedLogGroup(this, 'Logs', config);
    const role = new ExecutionRole(this, 'Role', this.logGroup);
    this.function = new DockerImageFunction(this, 'Function', {
      ...functionSettings(config, this.logGroup, role),
      description: 'MCP server',
      code: image,
      memorySize: memoryMb,
      timeout: Duration.seconds(timeoutSeconds),
      reservedConcurrentExecutions: reservedConcurrency,
      environment: environment(config),
    });
    this.target =
      provisionedConcurrency === undefined
        ? this.function
        : this.function.addAlias('live', { provisionedConcurrentExecutions: provisionedConcurrency });
  }
}

/** Where the adapter finds the server is a property of the image, and set there. */
function environment(config: Config): Record<string, string> {
  const { rateLimitPerMinute, rateLimitBurst } = config.server;
  return {
    MCP_METRICS: 'emf',
    ...(config.allowedOrigins.length > 0 && { MCP_ALLOWED_ORIGINS: config.allowedOrigins.join(',') }),
    ...(rateLimitPerMinute > 0 && {
      MCP_RATE_LIMIT_PER_MINUTE: String(rateLimitPerMinute),
      MCP_RATE_LIMIT_BURST: String(rateLimitBurst),
    }),
  };
}
