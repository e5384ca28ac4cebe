import { Aws, Duration } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  type CorsPreflightOptions,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config';
import { AccessLog } from './access-log';
import { CustomDomain } from './custom-domain';

/** The one path that is routed. Health is not: the Web Adapter asks the server directly. */
const PATH = '/mcp';

export interface EndpointProps {
  readonly config: Config;
  readonly authorizer: IFunction;
  readonly server: IFunction;
}

/** The HTTP API: `/mcp` behind the authorizer, and nothing else. */
export class Endpoint extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: AccessLog;
  readonly customDomain: CustomDomain | undefined;
  /** Where clients connect. */
  readonly url: string;

  constructor(scope: Construct, id: string, { config, authorizer, server }: EndpointProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: Aws.STACK_NAME,
      description: 'MCP endpoint',
      createDefaultStage: false,
      // With a name of one's own, the generated one would be a second way in.
      disableExecuteApiEndpoint: config.domain !== undefined,
      corsPreflight: config.allowedOrigins.length > 0 ? cors(config.allowedOrigins) : undefined,
    });
    this.accessLog = new AccessLog(this, 'AccessLog', config);
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: config.throttle.rate, burstLimit: config.throttle.burst },
      accessLogSettings: this.accessLog.settings(),
      detailedMetricsEnabled: true,
    });
    this.route(config, authorizer, server);
    this.customDomain = config.domain && new CustomDomain(this, 'Domain', { domain: config.domain, stage: this.stage });
    this.url = `${this.customDomain?.url ?? this.api.apiEndpoint}${PATH}`;
  }

  /**
   * Exactly the methods that MCP clients send; the server answers 405 to GET and DELETE in the protocol's own words.
   * Not ANY: that would catch OPTIONS, and a preflight has no key.
   */
  private route(config: Config, authorizer: IFunction, server: IFunction): void {
    this.api.addRoutes({
      path: PATH,
      methods: [HttpMethod.POST, HttpMethod.GET, HttpMethod.DELETE],
      integration: new HttpLambdaIntegration('Server', server),
      authorizer: new HttpLambdaAuthorizer('Authorizer', authorizer, {
        identitySource: ['$request.header.x-api-key'],
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        resultsCacheTtl: Duration.seconds(config.authorizer.ttlSeconds),
      }),
    });
  }
}

/** The gateway answers preflights itself and replaces the server's CORS headers, so both say the same. */
function cors(allowedOrigins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...allowedOrigins],
    allowMethods: [CorsHttpMethod.POST],
    allowHeaders: [
      'content-type',
      'x-api-key',
      'mcp-protocol-version',
      'mcp-method',
      'mcp-name',
      'mcp-session-id',
      'last-event-id',
    ],
    exposeHeaders: ['retry-after', 'x-request-id'],
    maxAge: Duration.minutes(10),
  };
}
