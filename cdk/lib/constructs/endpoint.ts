import { Aws, Duration } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpIntegrationType,
  HttpMethod,
  HttpRouteIntegration,
  type HttpRouteIntegrationConfig,
  HttpStage,
  PayloadFormatVersion,
  type CorsPreflightOptions,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AccessLog, type AccessLogProps } from './access-log';
import { CustomDomain, type CustomDomainOptions } from './custom-domain';

/** The one path that is routed. Health is not: the Web Adapter asks the server directly. */
const PATH = '/mcp';

/** What can be chosen about the endpoint. */
export interface McpEndpointOptions {
  /**
   * Requests per second, and at once, of all callers together.
   * @default { rateLimit: 50, burstLimit: 50 }
   */
  readonly throttle?: Required<ThrottleSettings>;
  /**
   * Web origins that may call, without wildcards.
   * @default - none, so no browser may
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * How long the gateway remembers an answer about a key, refusals too, at most an hour.
   * @default Duration.seconds(0), so that it asks every time
   */
  readonly authorizerTtl?: Duration;
  /**
   * Whether there are metrics of each route besides those of the stage; CloudWatch bills them.
   * @default false
   */
  readonly detailedMetrics?: boolean;
  /**
   * A name of one's own; the generated one is then switched off.
   * @default - the generated name
   */
  readonly domain?: CustomDomainOptions;
}

export interface McpEndpointProps extends AccessLogProps, McpEndpointOptions {
  readonly authorizer: IFunction;
  readonly server: IFunction;
}

/** The HTTP API: `/mcp` behind the authorizer, and nothing else. */
export class McpEndpoint extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: AccessLog;
  readonly customDomain: CustomDomain | undefined;
  /** Where clients connect. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: McpEndpointProps) {
    super(scope, id);
    const { allowedOrigins = [], domain, throttle = { rateLimit: 50, burstLimit: 50 } } = props;
    this.api = new HttpApi(this, 'Api', {
      apiName: Aws.STACK_NAME,
      description: 'MCP endpoint',
      createDefaultStage: false,
      // With a name of one's own, the generated one would be a second way in.
      disableExecuteApiEndpoint: domain !== undefined,
      corsPreflight: allowedOrigins.length > 0 ? cors(allowedOrigins) : undefined,
    });
    this.accessLog = new AccessLog(this, 'AccessLog', props);
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle,
      accessLogSettings: this.accessLog.settings(),
      detailedMetricsEnabled: props.detailedMetrics ?? false,
    });
    this.route(props);
    this.customDomain = domain && new CustomDomain(this, 'Domain', { domain, stage: this.stage });
    this.url = `${this.customDomain?.url ?? this.api.apiEndpoint}${PATH}`;
  }

  /**
   * Exactly the methods that MCP clients send; the server answers 405 to GET and DELETE in the protocol's own words.
   * Not ANY: that would catch OPTIONS, and a preflight has no key.
   */
  private route({ authorizer, server, authorizerTtl }: McpEndpointProps): void {
    const [route] = this.api.addRoutes({
      path: PATH,
      methods: [HttpMethod.POST, HttpMethod.GET, HttpMethod.DELETE],
      integration: new ServerIntegration('Server', server),
      authorizer: new HttpLambdaAuthorizer('Authorizer', authorizer, {
        identitySource: ['$request.header.x-api-key'],
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        resultsCacheTtl: authorizerTtl ?? Duration.seconds(0),
      }),
    });
    const permission = new CfnPermission(this, 'MayInvokeServer', {
      action: 'lambda:InvokeFunction',
      functionName: server.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: this.api.arnForExecuteApi('*', PATH, '*'),
    });
    // Without this order calls fail for as long as the gateway has a new target and not yet its permission.
    route?.node.findChild('Server').node.addDependency(permission);
  }
}

/** Sends whole requests to the server. Unlike the toolkit's, it leaves the permission to the endpoint. */
class ServerIntegration extends HttpRouteIntegration {
  constructor(
    id: string,
    private readonly server: IFunction,
  ) {
    super(id);
  }

  override bind(): HttpRouteIntegrationConfig {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      uri: this.server.functionArn,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    };
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
