import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { McpEndpoint } from './endpoint';
import { ExecutionRole } from './execution-role';
import { commonVariables, type FunctionProps, functionSettings, setTracing } from './function-settings';
import { RetainedLogGroup } from './retained-log-group';

/** How often an endpoint is tested, and by what. */
export interface McpHeartbeatOptions {
  /** An archive with the executable `bootstrap`: `nativeCode(repository, 'mcp-heartbeat')`. */
  readonly code: Code;
  /** Whole minutes. */
  readonly every: Duration;
}

export interface McpHeartbeatProps extends FunctionProps, McpHeartbeatOptions {
  readonly endpoint: McpEndpoint;
}

/** A missed one is not made up for: the next comes soon enough. */
const ONCE = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };

/** The client's smoke test, from inside AWS, through the public endpoint, on a schedule. It fails until it has a key. */
export class McpHeartbeat extends Construct {
  readonly function: Function;
  readonly logGroup: LogGroup;
  /** Gets the heartbeat's own key, by `mcp-client keys create --to-secret`. */
  readonly secret: Secret;
  readonly every: Duration;

  constructor(scope: Construct, id: string, props: McpHeartbeatProps) {
    super(scope, id);
    this.every = props.every;
    this.secret = this.emptySecret();
    this.logGroup = new RetainedLogGroup(this, 'Logs', props);
    const role = new ExecutionRole(this, 'Role', this.logGroup, props.tracing);
    role.addToPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] }),
    );
    this.function = new Function(this, 'Function', {
      ...functionSettings(props, this.logGroup, role),
      description: 'Runs the smoke test against the MCP endpoint',
      runtime: Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      code: props.code,
      memorySize: 256,
      // The test is given 20 s, and Secrets Manager 3 s.
      timeout: Duration.seconds(30),
      environment: {
        ...commonVariables(this, props),
        MCP_SERVER_ENDPOINT: props.endpoint.url,
        MCP_HEARTBEAT_SECRET_ID: this.secret.secretArn,
      },
    });
    setTracing(this.function, props);
    this.function.configureAsyncInvoke(ONCE);
    new Rule(this, 'Schedule', {
      description: 'Invokes the heartbeat of the MCP endpoint',
      schedule: Schedule.rate(props.every),
      targets: [new LambdaFunction(this.function, ONCE)],
    });
  }

  /** A key of it that outlives the stack opens nothing, so it goes with it. */
  private emptySecret(): Secret {
    const secret = new Secret(this, 'Key', {
      description: 'The API key of the heartbeat, in the clear; set it with `mcp-client keys create --to-secret`',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The toolkit would generate a password, which is no key.
    (secret.node.defaultChild as CfnSecret).generateSecretString = undefined;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The key is one of the key document; `mcp-client keys rotate --to-secret` replaces it in both places.',
    });
    return secret;
  }
}
