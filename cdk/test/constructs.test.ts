import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { McpServer } from '../lib/index';
import { directoryWith } from './temporary';

test('two servers stand in one stack, and their metrics are told apart', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  for (const id of ['One', 'Other']) {
    new McpServer(stack, id, {
      serverImage: DockerImageCode.fromImageAsset(directoryWith('Dockerfile', 'FROM scratch\n')),
      authorizerCode: Code.fromAsset(directoryWith('bootstrap', '')),
      serverName: id,
    });
  }
  const template = Template.fromStack(stack);
  const properties = (type: string) => Object.values(template.findResources(type)).map((found) => found.Properties);
  const names = properties('AWS::Logs::LogGroup').flatMap(({ LogGroupName }) => LogGroupName ?? []);
  assert.equal(names.length, 2);
  assert.notDeepEqual(names[0], names[1]);
  const servers = properties('AWS::Lambda::Function').map(({ Environment }) => Environment.Variables.MCP_STACK);
  assert.deepEqual(servers.sort(), ['One', 'One', 'Other', 'Other']);
  const counted = properties('AWS::Logs::MetricFilter').flatMap(({ MetricTransformations }) => MetricTransformations);
  assert.deepEqual(counted.map(({ MetricNamespace }) => MetricNamespace).sort(), ['McpServer/One', 'McpServer/Other']);
});
