import { Duration } from 'aws-cdk-lib';
import { type Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Config } from '../config';
import { ExecutionRole } from './execution-role';
import { functionSettings } from './function-settings';
import type { KeyStore } from './key-store';
import { RetainedLogGroup } from './retained-log-group';

export interface AuthorizerFunctionProps {
  readonly config: Config;
  /** An archive with the executable `bootstrap`. */
  readonly code: Code;
  readonly keyStore: KeyStore;
}

/** The function that decides whether the bearer of an `x-api-key` may call the endpoint. */
export class AuthorizerFunction extends Construct {
  readonly function: Function;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { config, code, keyStore }: AuthorizerFunctionProps) {
    super(scope, id);
    this.logGroup = new RetainedLogGroup(this, 'Logs', config);
    const role = new ExecutionRole(this, 'Role', this.logGroup);
    role.addToPolicy(keyStore.readStatement());
    const { reservedConcurrency, keyCacheSeconds } = config.authorizer;
    this.function = new Function(this, 'Function', {
      ...functionSettings(config, this.logGroup, role),
      description: 'Checks API keys for the MCP endpoint',
      runtime: Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      code,
      // Memory buys processor time, which the TLS handshake with Secrets Manager needs at a cold start.
      memorySize: 256,
      // The gateway waits 10 s for an authorizer; Secrets Manager is given 3 s.
      timeout: Duration.seconds(5),
      reservedConcurrentExecutions: reservedConcurrency,
      environment: {
        MCP_SECRET_ID: keyStore.secret.secretArn,
        MCP_CACHE_TTL_SECONDS: String(keyCacheSeconds),
        MCP_METRICS: 'emf',
        ...(config.apiKeySha256 && { MCP_DEPLOYED_KEYS: deployedKeys(config.apiKeySha256) }),
      },
    });
  }
}

/**
 * A key document with the one key of the deployment, under the id that is reserved for it. It stands beside the secret's
 * document instead of in it, so that deploying another key replaces this one and touches no other.
 */
function deployedKeys(sha256: string): string {
  return JSON.stringify({ v: 1, keys: [{ id: 'deployed', sha256 }] });
}
