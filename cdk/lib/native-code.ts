import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { AssetHashType, DockerImage, FileSystem, IgnoreMode } from 'aws-cdk-lib';
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda';

/** Has the Dockerfile of an image with cargo-lambda. */
const BUILDER = 'cdk/authorizer-builder';

/** What the executable is made from and with besides its crates, as far as it exists. */
const WORKSPACE = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml', BUILDER];

/** What a program of the workspace is built for and with. */
export interface NativeCodeOptions {
  /**
   * The same as that of the function.
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /**
   * Compiles it where cargo-lambda is not installed, instead of the image that the builder's Dockerfile names.
   * @default - the Dockerfile's
   */
  readonly rustImage?: string;
}

/**
 * The archive of a program that runs on Lambda without an image, such as `mcp-authorizer`: built by cargo-lambda, or in a
 * container that has it where it is not installed.
 *
 * Named by its sources instead of its content, so that an unchanged program is neither built nor deployed again.
 *
 * @param repository the directory with the workspace
 * @param crate the name of the program and of its crate
 */
export function nativeCode(repository: string, crate: string, options: NativeCodeOptions = {}): Code {
  const { architecture = Architecture.X86_64, rustImage } = options;
  const tryBundle = (output: string) => {
    if (isInstalled()) buildHere(repository, buildCommand(crate, architecture, output));
    else buildInContainer(repository, output, buildCommand(crate, architecture, '/output'), rustImage);
    return true;
  };
  return Code.fromAsset(repository, {
    assetHashType: AssetHashType.CUSTOM,
    assetHash: sourceHash(repository, crate, architecture, rustImage),
    // Our own container is built only when it is needed; the toolkit's would be on every run.
    bundling: { image: DockerImage.fromRegistry('unused'), local: { tryBundle } },
  });
}

function buildCommand(crate: string, architecture: Architecture, output: string): string[] {
  const target = architecture === Architecture.ARM_64 ? '--arm64' : '--x86-64';
  const place = ['--lambda-dir', output, '--flatten', crate];
  return ['cargo', 'lambda', 'build', '--locked', '--release', '--package', crate, target, ...place];
}

function sourceHash(repository: string, crate: string, architecture: Architecture, rustImage = ''): string {
  const sources = [...WORKSPACE, ...crateSources(repository, crate)];
  return FileSystem.fingerprint(repository, {
    exclude: ['*', ...sources.map((source) => `!${source}`), '**/tests'],
    ignoreMode: IgnoreMode.DOCKER,
    extraHash: `${crate} ${architecture.name} ${rustImage}`,
  });
}

/** The directories of the crates that a program is made from. Without cargo here, of all crates. */
export function crateSources(repository: string, crate: string, cargo = 'cargo'): string[] {
  const { packages } = metadata(repository, cargo) ?? {};
  if (!packages) return ['crates'];
  const directories = (name: string): string[] => {
    const { manifest_path, dependencies } = packages.find((candidate) => candidate.name === name) ?? notFound(name);
    const needed = dependencies.filter(({ path, kind }) => path && kind !== 'dev');
    const directory = relative(realpathSync(repository), dirname(manifest_path));
    return [directory, ...needed.flatMap((dependency) => directories(dependency.name))];
  };
  return [...new Set(directories(crate))].sort();
}

/** The part of `cargo metadata` that is read here. */
interface Metadata {
  readonly packages: {
    readonly name: string;
    readonly manifest_path: string;
    readonly dependencies: { readonly name: string; readonly kind: string | null; readonly path?: string }[];
  }[];
}

/** What cargo says of the workspace, without asking a registry; undefined where there is no cargo. */
function metadata(repository: string, cargo: string): Metadata | undefined {
  const args = ['metadata', '--no-deps', '--offline', '--format-version', '1'];
  const { error, status, stdout, stderr } = spawnSync(cargo, args, { cwd: repository, encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') return undefined;
  if (status !== 0) throw new Error(`cannot read the workspace: \`cargo ${args.join(' ')}\` failed\n${stderr}`);
  return JSON.parse(stdout);
}

function notFound(name: string): never {
  throw new Error(`cannot find the crate ${name} in the workspace`);
}

function isInstalled(): boolean {
  return spawnSync('cargo', ['lambda', '--version'], { stdio: 'ignore' }).status === 0;
}

function buildHere(repository: string, [program = '', ...args]: string[]): void {
  // The toolkit reads our standard output, so cargo's goes with its messages.
  const { status } = spawnSync(program, args, { cwd: repository, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`cannot build the program: \`${program} ${args.join(' ')}\` failed, see above`);
}

function buildInContainer(repository: string, output: string, command: string[], rustImage?: string): void {
  const { uid, gid } = userInfo();
  DockerImage.fromBuild(join(repository, BUILDER), { buildArgs: { ...(rustImage && { RUST_IMAGE: rustImage }) } }).run({
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
