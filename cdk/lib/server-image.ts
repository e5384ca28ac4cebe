import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { Architecture, BaseImages } from './config';

/** The image of `mcp-server`, built by Docker when it is deployed. What goes into it is in `.dockerignore`. */
export function serverImage(repository: string, architecture: Architecture, bases: BaseImages): DockerImageCode {
  return DockerImageCode.fromImageAsset(repository, {
    file: 'crates/mcp-server/Dockerfile',
    assetName: 'mcp-server',
    buildArgs: {
      ...(bases.rust && { RUST_IMAGE: bases.rust }),
      ...(bases.runtime && { RUNTIME_IMAGE: bases.runtime }),
      ...(bases.adapter && { ADAPTER_IMAGE: bases.adapter }),
    },
    platform: architecture === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
  });
}
