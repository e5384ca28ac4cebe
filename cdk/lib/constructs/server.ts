import type { ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import type { Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ApiKeyAuthorizer, type ApiKeyAuthorizerOptions } from './api-key-authorizer';
import { ApiKeyStore } from './api-key-store';
import { type FunctionProps, serverName } from './function-settings';
import { GradualRelease } from './gradual-release';
import { McpHeartbeat, type McpHeartbeatOptions } from './heartbeat';
import { McpAlarms, type McpAlarmsOptions } from './alarms';
import { McpDashboard } from './dashboard';
import { McpEndpoint, type McpEndpointOptions } from './endpoint';
import { McpServerFunction, type McpServerFunctionOptions } from './server-function';

export interface McpServerProps extends FunctionProps {
  /** The image of `mcp-server`: `serverImage(repository)`. */
  readonly serverImage: DockerImageCode;
  /** The archive of `mcp-authorizer`: `nativeCode(repository, 'mcp-authorizer')`. */
  readonly authorizerCode: Code;
  /** @default - see each of its members */
  readonly server?: McpServerFunctionOptions;
  /** @default - see each of its members */
  readonly authorizer?: ApiKeyAuthorizerOptions;
  /** @default - see each of its members */
  readonly endpoint?: McpEndpointOptions;
  /** @default - alarms that tell nobody */
  readonly alarms?: McpAlarmsOptions;
  /**
   * Tests the endpoint from time to time, with a key of its own.
   * @default - nothing does
   */
  readonly heartbeat?: McpHeartbeatOptions;
  /**
   * How calls go over to a new version of the server; back when the share of 5xx rises meanwhile. Beside provisioned
   * concurrency, both versions need theirs at the same time.
   * @default - all at once
   */
  readonly release?: ILambdaDeploymentConfig;
}

/** An MCP server behind API keys, whole: keys, authorizer, server, endpoint, and what watches them. */
export class McpServer extends Construct {
  readonly keyStore: ApiKeyStore;
  readonly authorizer: ApiKeyAuthorizer;
  readonly server: McpServerFunction;
  readonly endpoint: McpEndpoint;
  readonly heartbeat: McpHeartbeat | undefined;
  readonly alarms: McpAlarms;
  readonly dashboard: McpDashboard;

  constructor(scope: Construct, id: string, props: McpServerProps) {
    super(scope, id);
    const { serverImage, authorizerCode, server, authorizer, endpoint, heartbeat, alarms, release, ...common } = props;
    this.keyStore = new ApiKeyStore(this, 'Keys', common);
    this.authorizer = new ApiKeyAuthorizer(this, 'Authorizer', {
      ...common,
      ...authorizer,
      code: authorizerCode,
      keyStore: this.keyStore,
    });
    this.server = new McpServerFunction(this, 'Server', {
      ...common,
      ...server,
      image: serverImage,
      environment: { ...origins(endpoint?.allowedOrigins), ...server?.environment },
    });
    this.endpoint = new McpEndpoint(this, 'Endpoint', {
      ...common,
      ...endpoint,
      authorizer: this.authorizer.function,
      server: this.server.live,
    });
    this.heartbeat =
      heartbeat && new McpHeartbeat(this, 'Heartbeat', { ...common, ...heartbeat, endpoint: this.endpoint });
    const parts = {
      endpoint: this.endpoint,
      server: this.server,
      authorizer: this.authorizer,
      heartbeat: this.heartbeat,
    };
    this.alarms = new McpAlarms(this, 'Alarms', { ...alarms, ...parts });
    this.dashboard = new McpDashboard(this, 'Dashboard', {
      serverName: serverName(this, common),
      alarms: this.alarms,
      ...parts,
    });
    if (release) {
      const { live, function: lambda } = this.server;
      new GradualRelease(this, 'Release', {
        alias: live,
        function: lambda,
        config: release,
        alarm: this.alarms.errorRate,
      });
    }
  }
}

/** The server refuses other origins too, whoever stands before it. */
function origins(allowed: readonly string[] = []): Record<string, string> {
  return allowed.length > 0 ? { MCP_ALLOWED_ORIGINS: allowed.join(',') } : {};
}
