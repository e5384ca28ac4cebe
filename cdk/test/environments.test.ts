import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../lib/config';
import { Deployment } from './deployment';

const config = (context: Record<string, unknown>) => loadConfig({ context, variables: {} });

test('an environment is a stack of its own, by name and tag', () => {
  const staging = new Deployment({ context: { environment: 'staging' } });
  assert.equal(staging.stack.stackName, 'McpServerStack-staging');
  for (const type of ['AWS::Lambda::Function', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup']) {
    for (const [id, { Properties }] of staging.resources(type)) {
      const tags = Object.fromEntries(
        Properties.Tags.map((tag: { Key: string; Value: string }) => [tag.Key, tag.Value]),
      );
      assert.deepEqual(tags, { application: 'mcp-server', environment: 'staging' }, id);
    }
  }
  assert.equal(config({ environment: 'staging', stackName: 'Tools' }).stackName, 'Tools');
  assert.equal(config({ environment: 'a'.repeat(64) }).stackName.length, 'McpServerStack-'.length + 64);
});

test('metrics and dashboard tell stacks of one account apart', () => {
  const staging = new Deployment({ context: { environment: 'staging' } });
  for (const [id, { Properties }] of staging.resources('AWS::Lambda::Function')) {
    assert.equal(Properties.Environment.Variables.MCP_STACK, 'McpServerStack-staging', id);
  }
  const body = JSON.stringify(staging.resource('AWS::CloudWatch::Dashboard').Properties.DashboardBody);
  const searches = [...body.matchAll(/SEARCH\('\{([^}]*)\} ([^']*) MetricName/g)];
  assert.equal(searches.length, 2);
  for (const [, dimensions, filter] of searches) {
    assert.equal(dimensions, 'McpServer,Stack,Tool,Outcome');
    assert.match(filter ?? '', /^Stack=.*McpServerStack-staging/);
  }
});

test('production is protected and keeps its data, other environments go with their stack', () => {
  const defaults = (environment?: string) => {
    const { keepData, terminationProtection } = config(environment === undefined ? {} : { environment });
    return { keepData, terminationProtection };
  };
  assert.deepEqual(defaults(), { keepData: true, terminationProtection: false });
  assert.deepEqual(defaults('production'), { keepData: true, terminationProtection: true });
  for (const name of ['Prod', 'production-eu', 'eu-prod']) {
    assert.deepEqual(defaults(name), { keepData: true, terminationProtection: true }, name);
  }
  assert.deepEqual(defaults('products'), { keepData: false, terminationProtection: false });
  assert.deepEqual(defaults('pr-12'), { keepData: false, terminationProtection: false });
  assert.equal(config({ environment: 'staging', keepData: true }).keepData, true);
  assert.equal(config({ environment: 'production', terminationProtection: false }).terminationProtection, false);
  assert.equal(new Deployment({ context: { environment: 'production' } }).stack.terminationProtection, true);
});

test('outputs are parameters too where that is wanted', () => {
  new Deployment().template.resourceCountIs('AWS::SSM::Parameter', 0);
  const deployment = new Deployment({ context: { environment: 'staging', ssmOutputs: true } });
  const outputs = deployment.template.findOutputs('*');
  const parameters = deployment.resources('AWS::SSM::Parameter').map(([, { Properties }]) => Properties);
  assert.deepEqual(
    Object.fromEntries(parameters.map(({ Name, Value }) => [Name, Value])),
    Object.fromEntries(Object.entries(outputs).map(([name, { Value }]) => [`/McpServerStack-staging/${name}`, Value])),
  );
  assert.throws(() => config({ stackName: 'Aws-tools', ssmOutputs: true }), /must not be `aws…` or `ssm…`/);
});
