import { Duration } from 'aws-cdk-lib';
import { type Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiKeyStore } from './api-key-store';
import { ExecutionRole } from './execution-role';
import { commonVariables, type FunctionProps, functionSettings, setTracing } from './function-settings';
import { RetainedLogGroup } from './retained-log-group';

/** What can be chosen about the authorizer. */
export interface ApiKeyAuthorizerOptions {
  /**
   * Concurrency that is the authorizer's alone.
   * @default - none; new accounts cannot reserve any
   */
  readonly reservedConcurrency?: number;
  /**
   * How long the authorizer remembers the key document, 1–900 s.
   * @default Duration.seconds(60)
   */
  readonly keyCache?: Duration;
  /**
   * SHA-256, in hexadecimal, of one key that is accepted besides those in the store.
   * @default - none
   */
  readonly deployedKeySha256?: string;
}

export interface ApiKeyAuthorizerProps extends FunctionProps, ApiKeyAuthorizerOptions {
  /** An archive with the executable `bootstrap`: `nativeCode(repository, 'mcp-authorizer')`. */
  readonly code: Code;
  readonly keyStore: ApiKeyStore;
}

/** The function that decides whether the bearer of an `x-api-key` may call the endpoint. */
export class ApiKeyAuthorizer extends Construct {
  readonly function: Function;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ApiKeyAuthorizerProps) {
    super(scope, id);
    this.logGroup = new RetainedLogGroup(this, 'Logs', props);
    const role = new ExecutionRole(this, 'Role', this.logGroup, props.tracing);
    role.addToPolicy(props.keyStore.readStatement());
    this.function = new Function(this, 'Function', {
      ...functionSettings(props, this.logGroup, role),
      description: 'Checks API keys for the MCP endpoint',
      runtime: Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      code: props.code,
      // Memory buys processor time, which the TLS handshake with Secrets Manager needs at a cold start.
      memorySize: 256,
      // The gateway waits 10 s for an authorizer; Secrets Manager is given 3 s.
      timeout: Duration.seconds(5),
      reservedConcurrentExecutions: props.reservedConcurrency,
      environment: {
        ...commonVariables(this, props),
        MCP_SECRET_ID: props.keyStore.secret.secretArn,
        MCP_CACHE_TTL_SECONDS: String((props.keyCache ?? Duration.seconds(60)).toSeconds()),
        ...(props.deployedKeySha256 && { MCP_DEPLOYED_KEYS: deployedKeys(props.deployedKeySha256) }),
      },
    });
    setTracing(this.function, props);
  }
}

/**
 * A key document with the one key of the deployment, under the id that is reserved for it. It stands beside the secret's
 * document instead of in it, so that deploying another key replaces this one and touches no other.
 */
function deployedKeys(sha256: string): string {
  return JSON.stringify({ v: 1, keys: [{ id: 'deployed', sha256 }] });
}
