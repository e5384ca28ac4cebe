import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Architecture, DockerImageCode } from 'aws-cdk-lib/aws-lambda';

/** Images to build from instead of those that the Dockerfiles name: from a mirror, or by digest. */
export interface BaseImages {
  /** Compiles the programs. */
  readonly rust?: string;
  /** The server runs in it. */
  readonly runtime?: string;
  /** Has the Lambda Web Adapter. */
  readonly adapter?: string;
}

/** What the server's image is built for and from. */
export interface ServerImageOptions {
  /**
   * The same as that of the function.
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;
  /** @default - those that the Dockerfile names */
  readonly baseImages?: BaseImages;
}

/**
 * The image of `mcp-server`, built by Docker when it is deployed. What goes into it is in `.dockerignore`.
 *
 * @param repository the directory with the workspace
 */
export function serverImage(repository: string, options: ServerImageOptions = {}): DockerImageCode {
  const { architecture, baseImages: { rust, runtime, adapter } = {} } = options;
  return DockerImageCode.fromImageAsset(repository, {
    file: 'crates/mcp-server/Dockerfile',
    assetName: 'mcp-server',
    buildArgs: {
      ...(rust && { RUST_IMAGE: rust }),
      ...(runtime && { RUNTIME_IMAGE: runtime }),
      ...(adapter && { ADAPTER_IMAGE: adapter }),
    },
    platform: architecture === Architecture.ARM_64 ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
  });
}
