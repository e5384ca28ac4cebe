import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Annotations, App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ConfigError, loadConfig } from '../lib/config';
import { deployedKeyProblem } from './deployed-key';
import { nativeCode, serverImage } from '../lib/index';
import { McpStack } from '../lib/mcp-stack';

const EX_USAGE = 64;
// This file runs as cdk/build/bin/app.js.
const repository = resolve(__dirname, '../../..');

function dotEnv(): Record<string, string | undefined> {
  const file = resolve(repository, '.env');
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

async function main(): Promise<void> {
  const app = new App();
  // A finding stops `cdk synth` and `cdk deploy`.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const file = dotEnv();
  const config = loadConfig({
    context: app.node.getAllContext(),
    variables: { ...file, ...process.env },
    fileVariables: Object.keys(file),
  });
  const { architecture, baseImages } = config;
  const stack = new McpStack(app, {
    config,
    serverImage: serverImage(repository, { architecture, baseImages }),
    authorizerCode: nativeCode(repository, 'mcp-authorizer', { architecture, rustImage: baseImages.rust }),
    heartbeatCode: nativeCode(repository, 'mcp-heartbeat', { architecture, rustImage: baseImages.rust }),
  });
  // An error of the stack stops `cdk deploy`, and not `cdk destroy`.
  const problem = await deployedKeyProblem(config, stack.synthesizer.bootstrapQualifier, process.env);
  if (problem !== undefined) Annotations.of(stack).addError(problem);
  app.synth();
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = EX_USAGE;
});
