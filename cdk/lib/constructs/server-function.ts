import { Duration } from 'aws-cdk-lib';
import { type Alias, type DockerImageCode, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ExecutionRole } from './execution-role';
import { commonVariables, type FunctionProps, functionSettings, setTracing } from './function-settings';
import { RetainedLogGroup } from './retained-log-group';

/** What can be chosen about the server's function. */
export interface McpServerFunctionOptions {
  /**
   * In MB, 128–10240; 1769 is one processor.
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * For one call, at most 29 s: the gateway waits 30.
   * @default Duration.seconds(29)
   */
  readonly timeout?: Duration;
  /**
   * Most calls that it works on at once.
   * @default - the account's quota
   */
  readonly reservedConcurrency?: number;
  /**
   * Instances that are kept warm, and billed.
   * @default - none
   */
  readonly provisionedConcurrency?: number;
  /**
   * Variables of the server, `MCP_…`, and of its tools.
   * @default - the server's own defaults
   */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface McpServerFunctionProps extends FunctionProps, McpServerFunctionOptions {
  /** The image of `mcp-server` with the Lambda Web Adapter. */
  readonly image: DockerImageCode;
}

/** The MCP server. A tool that needs an AWS service gets its statement by `function.addToRolePolicy` or a `grant*`. */
export class McpServerFunction extends Construct {
  readonly function: DockerImageFunction;
  /** What the gateway invokes, always: another target would need another permission, and calls fail until it is there. */
  readonly live: Alias;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: McpServerFunctionProps) {
    super(scope, id);
    this.logGroup = new RetainedLogGroup(this, 'Logs', props);
    const role = new ExecutionRole(this, 'Role', this.logGroup, props.tracing);
    this.function = new DockerImageFunction(this, 'Function', {
      ...functionSettings(props, this.logGroup, role),
      description: 'MCP server',
      code: props.image,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(29),
      reservedConcurrentExecutions: props.reservedConcurrency,
      // Where the adapter finds the server is a property of the image, and set there.
      environment: { ...commonVariables(this, props), ...props.environment },
    });
    setTracing(this.function, props);
    this.live = this.function.addAlias('live', { provisionedConcurrentExecutions: props.provisionedConcurrency });
  }
}
