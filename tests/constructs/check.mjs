// Reads what the sample app synthesized: node check.mjs DIRECTORY
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , directory] = process.argv;
const { Resources } = JSON.parse(readFileSync(join(directory, 'cdk.out/Sample.template.json'), 'utf8'));
const found = (type, prefix = '') =>
  Object.entries(Resources).filter(([id, resource]) => resource.Type === type && id.startsWith(prefix));

// The sample's own settings and resources reach the template, and the parts of the server are all there.
const [[bucket] = assert.fail('no bucket')] = found('AWS::S3::Bucket');
const [[, server] = assert.fail('no server')] = found('AWS::Lambda::Function', 'McpServer');
assert.deepEqual([server.Properties.MemorySize, server.Properties.Timeout], [256, 20]);
assert.deepEqual(server.Properties.Environment.Variables.DOCUMENTS, { Ref: bucket });
for (const [type, prefix] of [
  ['AWS::Lambda::Function', 'McpAuthorizer'],
  ['AWS::SecretsManager::Secret', 'McpKeys'],
  ['AWS::ApiGatewayV2::Api', 'McpEndpoint'],
  ['AWS::ApiGatewayV2::Stage', 'McpEndpoint'],
  ['AWS::CloudWatch::Alarm', 'McpAlarms'],
  ['AWS::CloudWatch::Dashboard', 'McpDashboard'],
]) {
  assert.ok(found(type, prefix).length > 0, `${type} ${prefix}`);
}
const routes = found('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
assert.equal(routes.length, 3);
for (const { RouteKey, AuthorizationType } of routes) assert.equal(AuthorizationType, 'CUSTOM', RouteKey);
const policies = JSON.stringify(found('AWS::IAM::Policy', 'McpServer'));
assert.ok(policies.includes('s3:GetObject*') && policies.includes(`"${bucket}"`), policies);

// The archive has the constructs and neither our app nor what it reads its settings with.
const installed = join(directory, 'node_modules/mcp-server-cdk');
const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
assert.equal(dependencies, undefined);
assert.deepEqual(readdirSync(installed).sort(), ['README.md', 'build', 'package.json']);
const modules = readdirSync(join(installed, 'build/lib')).filter((name) => name.endsWith('.js'));
assert.deepEqual(modules.sort(), ['index.js', 'native-code.js', 'server-image.js']);
const text = readdirSync(join(installed, 'build/lib'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');
assert.doesNotMatch(text, /process\.env|tryGetContext/);
