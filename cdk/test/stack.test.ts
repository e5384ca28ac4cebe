import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_KEYS } from '../lib/index';
import { Deployment, type Resource } from './deployment';

const standard = new Deployment();

test('logical ids of what holds data stay: another id is another, empty resource', () => {
  const stateful = ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup', 'AWS::ApiGatewayV2::Api'];
  assert.deepEqual(
    stateful.flatMap((type) => standard.resources(type).map(([id]) => id)),
    [
      'KeysSecret88F3B70F',
      'AuthorizerLogsF64AA3CA',
      'ServerLogs243D88B8',
      'EndpointAccessLogLogsDCD725C3',
      'EndpointApiB7AE4D04',
    ],
  );
});

test('keys and logs outlive the stack unless told otherwise', () => {
  const policies = (deployment: Deployment) =>
    ['AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'].flatMap((type) =>
      deployment
        .resources(type)
        .map(([, { DeletionPolicy, UpdateReplacePolicy }]) => [DeletionPolicy, UpdateReplacePolicy]),
    );
  assert.deepEqual(policies(standard), Array(4).fill(['RetainExceptOnCreate', 'Retain']));
  assert.deepEqual(policies(new Deployment({ context: { keepData: false } })), Array(4).fill(['Delete', 'Delete']));
});

test('nothing has a physical name, so that stacks can stand side by side and be replaced', () => {
  const named = Object.entries(standard.template.toJSON().Resources as Record<string, Resource>).filter(
    ([, { Properties }]) =>
      ['FunctionName', 'RoleName', 'LogGroupName', 'AlarmName', 'DashboardName', 'TopicName', 'Name'].some(
        (property) => typeof Properties[property] === 'string',
      ),
  );
  // An alias and an authorizer cannot be without a name; these are within their function and their API.
  assert.deepEqual(
    named.map(([id]) => id),
    ['ServerFunctionAliasliveD83FFF50', 'EndpointApiAuthorizer8704F79D'],
  );
});

test('the same settings give the same template', () => {
  // The stand-ins lie in other directories each time; their content, and so their names, are the same.
  assert.deepEqual(new Deployment().template.toJSON(), standard.template.toJSON());
});

test('every resource that can have tags has them', () => {
  for (const type of [
    'AWS::SecretsManager::Secret',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::IAM::Role',
  ]) {
    for (const [id, { Properties }] of standard.resources(type)) {
      assert.deepEqual(Properties.Tags, [{ Key: 'application', Value: 'mcp-server' }], id);
    }
  }
});

test('the outputs name everything that is worked with afterwards', () => {
  const outputs = [
    'McpEndpoint',
    'ApiKeysSecret',
    'ApiId',
    'AccessLogGroup',
    'ServerLogGroup',
    'AuthorizerLogGroup',
    'DashboardUrl',
    'KeyCacheSeconds',
    'AuthorizerTtlSeconds',
  ];
  assert.deepEqual(Object.keys(standard.template.findOutputs('*')), outputs);
  assert.deepEqual(standard.template.findOutputs('McpEndpoint').McpEndpoint?.Value, {
    'Fn::Join': ['', [{ 'Fn::GetAtt': ['EndpointApiB7AE4D04', 'ApiEndpoint'] }, '/mcp']],
  });
});

describe('API key', () => {
  const key = 'f3a91c07d2b84e65a0c7d1e8b39f2645';
  const other = `${key}${key.slice(1)}`;
  const secret = (deployment: Deployment) => deployment.resource('AWS::SecretsManager::Secret');
  const authorizer = (deployment: Deployment) =>
    deployment.resource('AWS::Lambda::Function', 'Authorizer').Properties.Environment.Variables;

  test('the secret of the template is the same with every key and with none: no deployment undoes a key made by hand', () => {
    const withKey = new Deployment({ variables: { API_KEY: key } });
    assert.equal(secret(standard).Properties.SecretString, NO_KEYS);
    assert.deepEqual(secret(withKey), secret(standard));
    assert.deepEqual(secret(new Deployment({ variables: { API_KEY: other } })), secret(standard));
  });

  test('without a key nobody is authorised', () => {
    assert.deepEqual(JSON.parse(NO_KEYS), { v: 1, keys: [] });
    assert.equal(authorizer(standard).MCP_DEPLOYED_KEYS, undefined);
  });

  test('the authorizer gets a document with the hash of the key', () => {
    const document = JSON.parse(authorizer(new Deployment({ variables: { API_KEY: key } })).MCP_DEPLOYED_KEYS);
    // printf %s "$key" | sha256sum
    const sha256 = 'da296162b26db0b27b8658f51b723660a1c6e2a5942f9c0773dbd43408baca6e';
    assert.deepEqual(document, { v: 1, keys: [{ id: 'deployed', sha256 }] });
  });
});
