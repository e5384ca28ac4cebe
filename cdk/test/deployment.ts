import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { loadConfig } from '../lib/config';
import { McpStack } from '../lib/mcp-stack';
import type { Source } from '../lib/reader';
import { directoryWith, temporaryDirectory } from './temporary';

/** The feature flags that a deployment has. */
const { context } = JSON.parse(readFileSync(join(__dirname, '../../cdk.json'), 'utf8'));

/** The stack as it would be deployed with these settings, around an image and an archive that nothing builds. */
export class Deployment {
  readonly app = new App({
    outdir: temporaryDirectory('out'),
    analyticsReporting: false,
    context,
  });
  readonly stack: McpStack;
  readonly template: Template;

  constructor(source: Partial<Source> = {}) {
    this.stack = new McpStack(this.app, {
      config: loadConfig({ context: {}, variables: {}, ...source }),
      serverImage: DockerImageCode.fromImageAsset(directoryWith('Dockerfile', 'FROM scratch\n')),
      authorizerCode: Code.fromAsset(directoryWith('bootstrap', '')),
      heartbeatCode: Code.fromAsset(directoryWith('bootstrap', '')),
    });
    this.template = Template.fromStack(this.stack);
  }

  /** The resources of a type, with their logical ids. */
  resources(type: string): [string, Resource][] {
    return Object.entries(this.template.findResources(type)) as [string, Resource][];
  }

  /** The one resource of a type whose logical id begins like this. */
  resource(type: string, prefix = ''): Resource {
    const [only, ...more] = this.resources(type).filter(([id]) => id.startsWith(prefix));
    if (!only || more.length > 0) throw new Error(`expected one ${type} with ${prefix}…`);
    return only[1];
  }
}

export interface Resource {
  readonly DependsOn?: readonly string[];
  readonly Properties: Record<string, any>;
  readonly UpdatePolicy?: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
