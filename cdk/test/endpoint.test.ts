import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from './deployment';

const standard = new Deployment();
const api = (deployment: Deployment) => deployment.resource('AWS::ApiGatewayV2::Api').Properties;
const stage = (deployment: Deployment) => deployment.resource('AWS::ApiGatewayV2::Stage').Properties;
const authorizer = (deployment: Deployment) => deployment.resource('AWS::ApiGatewayV2::Authorizer').Properties;

test('only the methods of MCP on /mcp are routed, each behind the authorizer', () => {
  const routes = standard.resources('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
  assert.deepEqual(routes.map(({ RouteKey }) => RouteKey).sort(), ['DELETE /mcp', 'GET /mcp', 'POST /mcp']);
  for (const { RouteKey, AuthorizationType, AuthorizerId } of routes) {
    assert.equal(AuthorizationType, 'CUSTOM', RouteKey);
    assert.deepEqual(AuthorizerId, { Ref: 'EndpointApiAuthorizer8704F79D' }, RouteKey);
  }
});

test('the authorizer is asked about every x-api-key, and its answers are not remembered', () => {
  const properties = authorizer(standard);
  assert.deepEqual(properties.IdentitySource, ['$request.header.x-api-key']);
  assert.equal(properties.AuthorizerType, 'REQUEST');
  assert.equal(properties.AuthorizerPayloadFormatVersion, '2.0');
  assert.equal(properties.EnableSimpleResponses, true);
  assert.equal(properties.AuthorizerResultTtlInSeconds, 0);
  assert.equal(
    authorizer(new Deployment({ context: { authorizerTtlSeconds: 300 } })).AuthorizerResultTtlInSeconds,
    300,
  );
});

test('the server gets whole requests in payload 2.0', () => {
  const { IntegrationType, PayloadFormatVersion } = standard.resource('AWS::ApiGatewayV2::Integration').Properties;
  assert.deepEqual([IntegrationType, PayloadFormatVersion], ['AWS_PROXY', '2.0']);
});

test('callers are throttled together', () => {
  const limits = (deployment: Deployment) => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = stage(deployment).DefaultRouteSettings;
    return [ThrottlingRateLimit, ThrottlingBurstLimit];
  };
  assert.deepEqual(limits(standard), [50, 50]);
  assert.deepEqual(limits(new Deployment({ context: { throttleRate: 7, throttleBurst: 8 } })), [7, 8]);
});

test('metrics of routes, which are billed, are there when they are wanted', () => {
  assert.equal(stage(standard).DefaultRouteSettings.DetailedMetricsEnabled, false);
  const detailed = stage(new Deployment({ context: { detailedMetrics: true } }));
  assert.equal(detailed.DefaultRouteSettings.DetailedMetricsEnabled, true);
});

test('without origins there is no CORS', () => {
  assert.equal(api(standard).CorsConfiguration, undefined);
});

test('configured origins reach the gateway and the server', () => {
  const deployment = new Deployment({ variables: { MCP_ALLOWED_ORIGINS: 'https://a.example, https://b.example' } });
  assert.deepEqual(api(deployment).CorsConfiguration, {
    AllowOrigins: ['https://a.example', 'https://b.example'],
    AllowMethods: ['POST'],
    AllowHeaders: [
      'content-type',
      'x-api-key',
      'mcp-protocol-version',
      'mcp-method',
      'mcp-name',
      'mcp-session-id',
      'last-event-id',
    ],
    ExposeHeaders: ['retry-after', 'x-request-id'],
    MaxAge: 600,
  });
  const { Variables } = deployment.resource('AWS::Lambda::Function', 'Server').Properties.Environment;
  assert.equal(Variables.MCP_ALLOWED_ORIGINS, 'https://a.example,https://b.example');
});

test('the access log needs no room in the resource policy of the region, and stacks do not share one', () => {
  const { LogGroupName } = standard.resource('AWS::Logs::LogGroup', 'EndpointAccessLog').Properties;
  const [prefix, stack, , part, end] = LogGroupName['Fn::Join'][1];
  assert.equal(prefix, '/aws/vendedlogs/apigateway/');
  assert.deepEqual(stack, { Ref: 'AWS::StackName' });
  const stackId = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
  assert.deepEqual(part, { 'Fn::Select': [0, { 'Fn::Split': ['-', stackId] }] });
  // The longest name of a stack, a hyphen and eight digits of its id.
  assert.ok(prefix.length + 128 + 1 + 8 + end.length <= 512);
});

test('the access log is JSON, tells why a call failed, and holds nothing that a caller writes', () => {
  const { DestinationArn, Format } = stage(standard).AccessLogSettings;
  // Not the attribute Arn, which ends with :* and which the gateway stores without.
  const arn: unknown[] = DestinationArn['Fn::Join'][1];
  assert.deepEqual(arn.slice(-2), [':log-group:', { Ref: 'EndpointAccessLogLogsDCD725C3' }]);
  const format: Record<string, string> = JSON.parse(Format);
  assert.equal(format.authorizerError, '$context.authorizer.error');
  assert.equal(format.integrationError, '$context.integrationErrorMessage');
  assert.equal(format.keyId, '$context.authorizer.key_id');
  assert.doesNotMatch(Format, /userAgent|\$context\.path|header|querystring|identitySource/i);
});

test('a domain of one’s own is the only way in', () => {
  const domain = {
    domainName: 'mcp.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0f-1',
  };
  const deployment = new Deployment({ context: domain });
  assert.equal(api(standard).DisableExecuteApiEndpoint, false);
  assert.equal(api(deployment).DisableExecuteApiEndpoint, true);
  assert.equal(deployment.template.findOutputs('McpEndpoint').McpEndpoint?.Value, 'https://mcp.example.com/mcp');
  assert.ok(deployment.template.findOutputs('CustomDomainTarget').CustomDomainTarget);
  const { DomainName, DomainNameConfigurations } = deployment.resource('AWS::ApiGatewayV2::DomainName').Properties;
  assert.equal(DomainName, 'mcp.example.com');
  assert.deepEqual(DomainNameConfigurations, [
    { CertificateArn: domain.certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
  ]);
  deployment.template.resourceCountIs('AWS::ApiGatewayV2::ApiMapping', 1);
  deployment.template.resourceCountIs('AWS::Route53::RecordSet', 0);
  const withZone = new Deployment({ context: { ...domain, hostedZoneId: 'Z0123456789ABC' } });
  const record = withZone.resource('AWS::Route53::RecordSet').Properties;
  assert.deepEqual([record.Name, record.Type, record.HostedZoneId], ['mcp.example.com.', 'A', 'Z0123456789ABC']);
});
