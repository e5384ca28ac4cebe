import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from './config';
import { McpServer, type McpServerProps } from './index';

export interface McpStackProps extends StackProps {
  readonly config: Config;
  /** The image of `mcp-server`; passed in, so that tests build none. */
  readonly serverImage: DockerImageCode;
  /** The archive of `mcp-authorizer`; passed in for the same reason. */
  readonly authorizerCode: Code;
}

/** The whole deployment, as the settings want it. */
export class McpStack extends Stack {
  constructor(scope: Construct, id: string, { config, serverImage, authorizerCode, ...props }: McpStackProps) {
    super(scope, id, { description: 'MCP server behind API keys', ...props });
    Tags.of(this).add('application', 'mcp-server');
    // The id leaves logical ids as if its parts stood in the stack itself.
    const mcp = new McpServer(this, 'Default', { serverImage, authorizerCode, ...serverProps(config) });
    const { keyStore, endpoint, server, authorizer, dashboard } = mcp;
    this.outputs({
      McpEndpoint: endpoint.url,
      ApiKeysSecret: keyStore.secret.secretArn,
      ApiId: endpoint.api.apiId,
      AccessLogGroup: endpoint.accessLog.logGroup.logGroupName,
      ServerLogGroup: server.logGroup.logGroupName,
      AuthorizerLogGroup: authorizer.logGroup.logGroupName,
      DashboardUrl: dashboard.url,
      ...(endpoint.customDomain && { CustomDomainTarget: endpoint.customDomain.target }),
    });
  }

  private outputs(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}

function serverProps(config: Config): Omit<McpServerProps, 'serverImage' | 'authorizerCode'> {
  const { server, authorizer, throttle, logs } = config;
  return {
    architecture: config.architecture,
    logLevel: logs.level,
    logRetention: logs.retention,
    removalPolicy: config.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    server: {
      memorySize: server.memoryMb,
      timeout: Duration.seconds(server.timeoutSeconds),
      reservedConcurrency: server.reservedConcurrency,
      provisionedConcurrency: server.provisionedConcurrency,
      environment: rateLimit(server),
    },
    authorizer: {
      reservedConcurrency: authorizer.reservedConcurrency,
      keyCache: Duration.seconds(authorizer.keyCacheSeconds),
      deployedKeySha256: config.apiKeySha256,
    },
    endpoint: {
      throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
      allowedOrigins: config.allowedOrigins,
      authorizerTtl: Duration.seconds(authorizer.ttlSeconds),
      domain: config.domain,
    },
    alarms: { email: config.alarmEmail },
  };
}

function rateLimit({ rateLimitPerMinute, rateLimitBurst }: Config['server']): Record<string, string> {
  if (rateLimitPerMinute === 0) return {};
  return { MCP_RATE_LIMIT_PER_MINUTE: String(rateLimitPerMinute), MCP_RATE_LIMIT_BURST: String(rateLimitBurst) };
}
