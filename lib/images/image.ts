import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IgnoreMode } from 'aws-cdk-lib';
import { type IRepository, Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PROJECT_ROOT } from '../project-root.ts';
import { baseImageArguments, readLock } from './base-images.ts';

/** How an image is built. */
export interface ImageSources {
  /** Folder of its Dockerfile. */
  readonly folder: string;
  /** What it is built from. All else stays out, so that other changes do not lead to a new image. */
  readonly sources: readonly string[];
  readonly architecture: 'x86_64' | 'arm64';
}

/** An image in a registry of the account: what a container or a function is made of. */
export interface Image {
  readonly repository: IRepository;
  readonly tag: string;
}

const NOT_IN_IMAGES = [
  '**/*.test.ts',
  '**/node_modules',
  '**/tests',
  '**/test_*.py',
  '**/run-tests',
  '**/__pycache__',
];

/**
 * The image of a part of the system.
 *
 * @param id tells this image from others in `scope`
 * @param repositoryAndTag `repository:tag` in the account's own ECR. Without it the image is built from its sources at
 *   deployment; synthesis only hashes them.
 */
export function imageOf(
  scope: Construct,
  id: string,
  repositoryAndTag: string | undefined,
  { folder, sources, architecture }: ImageSources,
): Image {
  if (repositoryAndTag !== undefined) {
    const colon = repositoryAndTag.lastIndexOf(':');
    const name = repositoryAndTag.slice(0, colon);
    const repository = Repository.fromRepositoryName(scope, `${id}Repository`, name);
    return { repository, tag: repositoryAndTag.slice(colon + 1) };
  }
  const { repository, imageTag } = new DockerImageAsset(scope, `${id}Image`, {
    directory: PROJECT_ROOT,
    file: `${folder}/Dockerfile`,
    buildArgs: baseImageArguments(readFileSync(join(PROJECT_ROOT, folder, 'Dockerfile'), 'utf8'), readLock()),
    platform: architecture === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
    ignoreMode: IgnoreMode.DOCKER,
    exclude: ['*', ...sources.map((path) => `!${path}`), ...NOT_IN_IMAGES],
  });
  return { repository, tag: imageTag };
}

/** An image for a container of ECS or AWS Batch. */
export function containerImage({ repository, tag }: Image): ContainerImage {
  return ContainerImage.fromEcrRepository(repository, tag);
}

/** An image for a function. */
export function functionImage({ repository, tag }: Image): DockerImageCode {
  return DockerImageCode.fromEcr(repository, { tagOrDigest: tag });
}
