import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Architecture, DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { type BaseImages, nativeCode, type NativeCodeOptions, serverImage } from '../lib/index';
import { crateSources } from '../lib/native-code';
import { temporaryDirectory } from './temporary';

/** The server needs one crate that the authorizer needs too, and one that it does not. */
const SOURCES = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\n',
  'Cargo.lock': 'version = 4\n',
  'crates/api-keys/Cargo.toml': manifest('api-keys'),
  'crates/api-keys/src/lib.rs': '// keys',
  'crates/front-door/Cargo.toml': manifest('front-door'),
  'crates/front-door/src/lib.rs': '// front door',
  'crates/lambda/Cargo.toml': manifest('lambda', ['api-keys']),
  'crates/lambda/src/lib.rs': '// what both programs share',
  'crates/mcp-authorizer/Cargo.toml': manifest('mcp-authorizer', ['lambda']),
  'crates/mcp-authorizer/src/main.rs': '// authorizer',
  'crates/mcp-server/Cargo.toml': manifest('mcp-server', ['front-door', 'lambda']),
  'crates/mcp-server/src/main.rs': '// server',
  'crates/mcp-server/data/greeting.md': 'Hello',
  'crates/mcp-server/Dockerfile': 'FROM scratch',
  'tests/programs/Cargo.toml': manifest('programs'),
};
const OTHERS = {
  '.env': 'API_KEY=secret',
  'crates/mcp-server/.env': 'API_KEY=secret',
  '.git/config': '',
  'target/release/mcp-server': '',
  'cdk/node_modules/package.json': '{}',
  'crates/mcp-server/tests/http.rs': '',
  'tests/programs/src/main.rs': '',
};

function manifest(name: string, dependencies: string[] = []): string {
  const lines = dependencies.map((dependency) => `${dependency} = { path = "../${dependency}" }`);
  return ['[package]', `name = "${name}"`, '[dependencies]', ...lines, ''].join('\n');
}

/** A repository with these files and our `.dockerignore`. */
function repository(files: Record<string, string>): string {
  const root = temporaryDirectory('repository');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  copyFileSync(join(__dirname, '../../../.dockerignore'), join(root, '.dockerignore'));
  return root;
}

/** An app that builds nothing. */
function app(): App {
  return new App({
    outdir: temporaryDirectory('out'),
    analyticsReporting: false,
    context: { 'aws:cdk:bundling-stacks': [] },
  });
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
    code: serverImage(repository({ ...SOURCES, ...OTHERS })),
  });
  const { directory } = outer.synth();
  const [asset = assert.fail('no asset')] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  assert.deepEqual(files(join(directory, asset)), ['.dockerignore', ...Object.keys(SOURCES)].sort());
});

test('cargo can read the workspace that Docker is given', () => {
  const outer = app();
  new DockerImageFunction(new Stack(outer, 'Stack'), 'Server', {
    code: serverImage(join(__dirname, '../../..')),
  });
  const { directory } = outer.synth();
  const [asset = assert.fail('no asset')] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  assert.ok(crateSources(join(directory, asset), 'mcp-server').length > 1);
});

test('a native program is deployed again when what it is made from or with changes, and only then', () => {
  const name = (changes: Record<string, string> = {}, options?: NativeCodeOptions, crate = 'mcp-authorizer') => {
    const code = nativeCode(repository({ ...SOURCES, ...changes }), crate, options);
    return code.bind(new Stack(app(), 'Stack')).s3Location?.objectKey;
  };
  const standard = name();
  for (const path of Object.keys({
    ...OTHERS,
    'crates/front-door/src/lib.rs': '',
    'crates/mcp-server/src/main.rs': '',
    'crates/mcp-authorizer/tests/it.rs': '',
  })) {
    assert.equal(name({ [path]: '# changed' }), standard, path);
  }
  for (const path of [
    '.cargo/config.toml',
    'Cargo.lock',
    'cdk/authorizer-builder/Dockerfile',
    'crates/api-keys/src/lib.rs',
    'crates/lambda/src/lib.rs',
    'crates/mcp-authorizer/src/main.rs',
  ]) {
    assert.notEqual(name({ [path]: '# changed' }), standard, path);
  }
  assert.notEqual(name({ 'Cargo.toml': `${SOURCES['Cargo.toml']}[profile.release]\n` }), standard);
  assert.notEqual(name({}, { architecture: Architecture.ARM_64 }), standard);
  assert.notEqual(name({}, { rustImage: 'mirror.example/rust:2' }), standard);
  assert.notEqual(name({}, {}, 'lambda'), standard);
});

test('a workspace that cargo cannot read is an error, and without cargo every crate counts', () => {
  const broken = repository({ ...SOURCES, 'crates/mcp-server/Cargo.toml': '[package' });
  assert.throws(
    () => crateSources(broken, 'mcp-authorizer'),
    /cannot read the workspace.*crates\/mcp-server\/Cargo.toml/s,
  );
  assert.deepEqual(crateSources(repository(SOURCES), 'mcp-authorizer'), [
    'crates/api-keys',
    'crates/lambda',
    'crates/mcp-authorizer',
  ]);
  assert.deepEqual(crateSources(repository(SOURCES), 'mcp-authorizer', 'no-such-program'), ['crates']);
});

test('base images reach Docker, and another one is another image', () => {
  const built = (bases: BaseImages) => {
    const outer = app();
    const root = repository(SOURCES);
    new DockerImageFunction(new Stack(outer, 'Stack'), 'Server', {
      code: serverImage(root, { baseImages: bases }),
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
