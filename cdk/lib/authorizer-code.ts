import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { AssetHashType, DockerImage, FileSystem, IgnoreMode } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Architecture } from './config';

const PACKAGE = 'mcp-authorizer';

/** Has cargo-lambda; runs as build/lib/authorizer-code.js. */
const BUILDER = join(__dirname, '../../authorizer-builder');

/** What the executable is made from: its name in the cloud changes with these files and nothing else. */
const SOURCES = ['Cargo.toml', 'Cargo.lock', `crates/${PACKAGE}`, 'crates/api-keys'];

/**
 * The archive of `mcp-authorizer`, built by cargo-lambda, or in a container that has it where it is not installed.
 *
 * Named by its sources instead of its content, so that an unchanged authorizer is neither built nor deployed again.
 */
export function authorizerCode(repository: string, architecture: Architecture, rustImage?: string): Code {
  const tryBundle = (output: string) => {
    if (isInstalled()) buildHere(repository, buildCommand(architecture, output));
    else buildInContainer(repository, output, buildCommand(architecture, '/output'), rustImage);
    return true;
  };
  return Code.fromAsset(repository, {
    assetHashType: AssetHashType.CUSTOM,
    assetHash: sourceHash(repository, architecture),
    // Our own container is built only when it is needed; the toolkit's would be on every run.
    bundling: { image: DockerImage.fromRegistry('unused'), local: { tryBundle } },
  });
}

function buildCommand(architecture: Architecture, output: string): string[] {
  const target = architecture === 'arm64' ? '--arm64' : '--x86-64';
  const place = ['--lambda-dir', output, '--flatten', PACKAGE];
  return ['cargo', 'lambda', 'build', '--locked', '--release', '--package', PACKAGE, target, ...place];
}

function sourceHash(repository: string, architecture: Architecture): string {
  return FileSystem.fingerprint(repository, {
    exclude: ['*', ...SOURCES.map((source) => `!${source}`), '**/tests'],
    ignoreMode: IgnoreMode.DOCKER,
    extraHash: architecture,
  });
}

function isInstalled(): boolean {
  return spawnSync('cargo', ['lambda', '--version'], { stdio: 'ignore' }).status === 0;
}

function buildHere(repository: string, [program = '', ...args]: string[]): void {
  // The toolkit reads our standard output, so cargo's goes with its messages.
  const { status } = spawnSync(program, args, { cwd: repository, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`cannot build ${PACKAGE}: \`${program} ${args.join(' ')}\` failed, see above`);
}

function buildInContainer(repository: string, output: string, command: string[], rustImage?: string): void {
  const { uid, gid } = userInfo();
  DockerImage.fromBuild(BUILDER, { buildArgs: { ...(rustImage && { RUST_IMAGE: rustImage }) } }).run({
    command,
    workingDirectory: '/repository',
    volumes: [
      { hostPath: repository, containerPath: '/repository' },
      { hostPath: output, containerPath: '/output' },
    ],
    // The user has no home there, and the host's build output is not the container's.
    environment: { HOME: '/tmp', CARGO_HOME: '/tmp/cargo', CARGO_TARGET_DIR: '/tmp/target' },
    ...(uid >= 0 && { user: `${uid}:${gid}` }),
  });
}
