import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { App } from 'aws-cdk-lib';
import { ConfigError, loadConfig } from '../lib/config';
import { nativeCode, serverImage } from '../lib/index';
import { McpStack } from '../lib/mcp-stack';

const EX_USAGE = 64;
// This file runs as cdk/build/bin/app.js.
const repository = resolve(__dirname, '../../..');

function variables(): Record<string, string | undefined> {
  const file = resolve(repository, '.env');
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
}

try {
  const app = new App();
  const config = loadConfig({ context: app.node.getAllContext(), variables: variables() });
  const { architecture, baseImages } = config;
  new McpStack(app, 'McpServerStack', {
    config,
    serverImage: serverImage(repository, { architecture, baseImages }),
    authorizerCode: nativeCode(repository, 'mcp-authorizer', { architecture, rustImage: baseImages.rust }),
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = EX_USAGE;
}
