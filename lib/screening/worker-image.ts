import { IgnoreMode } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { PROJECT_ROOT } from '../project-root.ts';

/** What the image is built from. All else stays out, so that other changes do not lead to a new image. */
const SOURCES = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'tsconfig.json',
  'cli/package.json',
  'core',
  'aws',
  'local',
  'model',
  'gpu-worker',
];

/** Of the re-scoring worker, the same way. */
const RESCORE_SOURCES = [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'tsconfig.json',
  'cli/package.json',
  'core',
  'aws',
  'model',
  'gpu-worker',
  'rescore-worker',
];

interface ImageSources {
  /** Folder of its Dockerfile. */
  readonly folder: string;
  readonly sources: readonly string[];
}

function image(
  scope: Construct,
  id: string,
  repositoryAndTag: string | undefined,
  { folder, sources }: ImageSources,
): ContainerImage {
  if (repositoryAndTag !== undefined) {
    const colon = repositoryAndTag.lastIndexOf(':');
    const name = repositoryAndTag.slice(0, colon);
    const repository = Repository.fromRepositoryName(scope, `${id}Repository`, name);
    return ContainerImage.fromEcrRepository(repository, repositoryAndTag.slice(colon + 1));
  }
  return ContainerImage.fromDockerImageAsset(
    new DockerImageAsset(scope, `${id}Image`, {
      directory: PROJECT_ROOT,
      file: `${folder}/Dockerfile`,
      platform: Platform.LINUX_AMD64,
      ignoreMode: IgnoreMode.DOCKER,
      exclude: ['*', ...sources.map((path) => `!${path}`), '**/*.test.ts', '**/node_modules'],
    }),
  );
}

/**
 * The worker's image.
 *
 * @param repositoryAndTag `repository:tag` in the account's own ECR. Without it the image is built from
 *   gpu-worker/Dockerfile at deployment; synthesis only hashes its sources.
 */
export function workerImage(scope: Construct, repositoryAndTag: string | undefined): ContainerImage {
  return image(scope, '', repositoryAndTag, { folder: 'gpu-worker', sources: SOURCES });
}

/** The re-scoring worker's image, likewise. */
export function rescoreImage(scope: Construct, repositoryAndTag: string | undefined): ContainerImage {
  return image(scope, 'Rescore', repositoryAndTag, { folder: 'rescore-worker', sources: RESCORE_SOURCES });
}
