import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { authorizerCode } from '../lib/authorizer-code';
import type { BaseImages } from '../lib/config';
import { serverImage } from '../lib/server-image';

const NO_BASES = { rust: undefined, runtime: undefined, adapter: undefined };

const SOURCES = {
  'Cargo.toml': '[workspace]',
  'Cargo.lock': 'version = 4',
  'crates/api-keys/src/lib.rs': '// keys',
  'crates/mcp-authorizer/src/main.rs': '// authorizer',
  'crates/mcp-server/src/main.rs': '// server',
  'crates/mcp-server/data/greeting.md': 'Hello',
  'crates/mcp-server/Dockerfile': 'FROM scratch',
};
const OTHERS = {
  '.env': 'API_KEY=secret',
  'crates/mcp-server/.env': 'API_KEY=secret',
  '.git/config': '',
  'target/release/mcp-server': '',
  'cdk/node_modules/package.json': '{}',
  'crates/mcp-server/tests/http.rs': '',
};

/** A repository with these files and our `.dockerignore`. */
function repository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'mcp-cdk-repository-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  copyFileSync(join(__dirname, '../../../.dockerignore'), join(root, '.dockerignore'));
  return root;
}

/** An app that builds nothing. */
function app(): App {
  const outdir = mkdtempSync(join(tmpdir(), 'mcp-cdk-out-'));
  return new App({ outdir, analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
}

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

test('Docker is given the sources and nothing else', () => {
  const outer = app();
  const stack = new Stack(outer, 'Stack');
  new DockerImageFunction(stack, 'Server', {
    code: serverImage(repository({ ...SOURCES, ...OTHERS }), 'x86_64', NO_BASES),
  });
  const { directory } = outer.synth();
  const [asset = assert.fail('no asset')] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  assert.deepEqual(files(join(directory, asset)), ['.dockerignore', ...Object.keys(SOURCES)].sort());
});

test('the authorizer is deployed again when its sources or its architecture change, and only then', () => {
  const name = (changes: Record<string, string> = {}, architecture: 'x86_64' | 'arm64' = 'x86_64') => {
    const code = authorizerCode(repository({ ...SOURCES, ...changes }), architecture);
    return code.bind(new Stack(app(), 'Stack')).s3Location?.objectKey;
  };
  const standard = name();
  for (const path of Object.keys({
    ...OTHERS,
    'crates/mcp-server/src/main.rs': '',
    'crates/mcp-authorizer/tests/it.rs': '',
  })) {
    assert.equal(name({ [path]: 'changed' }), standard, path);
  }
  for (const path of ['Cargo.toml', 'Cargo.lock', 'crates/api-keys/src/lib.rs', 'crates/mcp-authorizer/src/main.rs']) {
    assert.notEqual(name({ [path]: 'changed' }), standard, path);
  }
  assert.notEqual(name({}, 'arm64'), standard);
});

test('base images reach Docker, and another one is another image', () => {
  const built = (bases: Partial<BaseImages>) => {
    const outer = app();
    const root = repository(SOURCES);
    new DockerImageFunction(new Stack(outer, 'Stack'), 'Server', {
      code: serverImage(root, 'x86_64', { ...NO_BASES, ...bases }),
    });
    const manifest = JSON.parse(readFileSync(join(outer.synth().directory, 'Stack.assets.json'), 'utf8'));
    const [[hash, image] = assert.fail('no image')] = Object.entries<any>(manifest.dockerImages);
    return { hash, arguments: image.source.dockerBuildArgs };
  };
  const standard = built({});
  assert.deepEqual(standard.arguments, {});
  const pinned = built({ rust: 'a:1', runtime: 'b:1', adapter: 'c:1' });
  assert.deepEqual(pinned.arguments, { RUST_IMAGE: 'a:1', RUNTIME_IMAGE: 'b:1', ADAPTER_IMAGE: 'c:1' });
  assert.notEqual(pinned.hash, standard.hash);
  assert.notEqual(built({ runtime: 'b:2' }).hash, built({ runtime: 'b:1' }).hash);
});

test('the Dockerfile has the arguments that are passed', () => {
  const text = readFileSync(join(__dirname, '../../../crates/mcp-server/Dockerfile'), 'utf8');
  for (const name of ['RUST_IMAGE', 'RUNTIME_IMAGE', 'ADAPTER_IMAGE'])
    assert.match(text, new RegExp(`^ARG ${name}=`, 'm'));
});
