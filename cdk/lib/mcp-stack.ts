import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import type { Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Config, Release } from './config';
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
  constructor(scope: Construct, { config, serverImage, authorizerCode, ...props }: McpStackProps) {
    const { stackName, environment, terminationProtection } = config;
    super(scope, stackName, { description: 'MCP server behind API keys', terminationProtection, ...props });
    Tags.of(this).add('application', 'mcp-server');
    if (environment !== undefined) Tags.of(this).add('environment', environment);
    // The id leaves logical ids as if its parts stood in the stack itself.
    const mcp = new McpServer(this, 'Default', {
      serverImage,
      authorizerCode,
      ...serverProps(config),
      alarms: { email: config.alarmEmail, topic: this.alarmTopic(config.alarmTopicArn) },
    });
    const values = outputs(mcp, config);
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
    if (config.ssmOutputs) this.parameters(values);
  }

  private alarmTopic(arn: string | undefined): ITopic | undefined {
    return arn === undefined ? undefined : Topic.fromTopicArn(this, 'AlarmTopic', arn);
  }

  /** The outputs where programs look that may not read stacks. */
  private parameters(values: Record<string, string>): void {
    const scope = new Construct(this, 'Outputs');
    for (const [name, stringValue] of Object.entries(values)) {
      new StringParameter(scope, name, { parameterName: `/${this.stackName}/${name}`, stringValue });
    }
  }
}

function outputs(mcp: McpServer, config: Config): Record<string, string> {
  const { keyStore, endpoint, server, authorizer, dashboard } = mcp;
  return {
    McpEndpoint: endpoint.url,
    ApiKeysSecret: keyStore.secret.secretArn,
    ApiId: endpoint.api.apiId,
    AccessLogGroup: endpoint.accessLog.logGroup.logGroupName,
    ServerLogGroup: server.logGroup.logGroupName,
    AuthorizerLogGroup: authorizer.logGroup.logGroupName,
    DashboardUrl: dashboard.url,
    // How long a change of keys takes.
    KeyCacheSeconds: String(config.authorizer.keyCacheSeconds),
    AuthorizerTtlSeconds: String(config.authorizer.ttlSeconds),
    ...(endpoint.customDomain && { CustomDomainTarget: endpoint.customDomain.target }),
  };
}

function serverProps(config: Config): Omit<McpServerProps, 'serverImage' | 'authorizerCode' | 'alarms'> {
  const { server, authorizer, throttle, logs } = config;
  return {
    architecture: config.architecture,
    logLevel: logs.level,
    logRetention: logs.retention,
    tracing: config.tracing,
    metrics: config.metrics,
    removalPolicy: config.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    server: {
      memorySize: server.memoryMb,
      timeout: Duration.seconds(server.timeoutSeconds),
      reservedConcurrency: server.reservedConcurrency,
      provisionedConcurrency: server.provisionedConcurrency,
      environment: server.variables,
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
      detailedMetrics: config.detailedMetrics,
      domain: config.domain,
    },
    release: server.release && RELEASE_CONFIGS[server.release],
  };
}

const RELEASE_CONFIGS = {
  canary10Percent5Minutes: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  canary10Percent10Minutes: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
  canary10Percent15Minutes: LambdaDeploymentConfig.CANARY_10PERCENT_15MINUTES,
  canary10Percent30Minutes: LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
  linear10PercentEvery1Minute: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
  linear10PercentEvery2Minutes: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_2MINUTES,
  linear10PercentEvery3Minutes: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_3MINUTES,
  linear10PercentEvery10Minutes: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_10MINUTES,
} satisfies Record<Release, unknown>;
