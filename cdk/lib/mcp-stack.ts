import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from './config';
import { Alarms } from './constructs/alarms';
import { AuthorizerFunction } from './constructs/authorizer-function';
import { Dashboard } from './constructs/dashboard';
import { Endpoint } from './constructs/endpoint';
import { KeyStore } from './constructs/key-store';
import { ServerFunction } from './constructs/server-function';

export interface McpStackProps extends StackProps {
  readonly config: Config;
  /** The image of `mcp-server`; passed in, so that tests build none. */
  readonly serverImage: DockerImageCode;
  /** The archive of `mcp-authorizer`; passed in for the same reason. */
  readonly authorizerCode: Code;
}

/** The whole deployment: keys, authorizer, server, endpoint, and what watches them. */
export class McpStack extends Stack {
  constructor(scope: Construct, id: string, { config, serverImage, authorizerCode, ...props }: McpStackProps) {
    super(scope, id, { description: 'MCP server behind API keys', ...props });
    Tags.of(this).add('application', 'mcp-server');
    const keyStore = new KeyStore(this, 'Keys', config);
    const authorizer = new AuthorizerFunction(this, 'Authorizer', { config, code: authorizerCode, keyStore });
    const server = new ServerFunction(this, 'Server', { config, image: serverImage });
    const endpoint = new Endpoint(this, 'Endpoint', {
      config,
      authorizer: authorizer.function,
      server: server.target,
    });
    const alarms = new Alarms(this, 'Alarms', { email: config.alarmEmail, endpoint, server, authorizer });
    const dashboard = new Dashboard(this, 'Dashboard', { alarms, endpoint, server, authorizer });
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
