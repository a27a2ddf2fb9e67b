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

/**
 * The worker's image.
 *
 * @param repositoryAndTag `repository:tag` in the account's own ECR. Without it the image is built from
 *   gpu-worker/Dockerfile at deployment; synthesis only hashes its sources.
 */
export function workerImage(scope: Construct, repositoryAndTag: string | undefined): ContainerImage {
  if (repositoryAndTag !== undefined) {
    const colon = repositoryAndTag.lastIndexOf(':');
    const repository = Repository.fromRepositoryName(scope, 'Repository', repositoryAndTag.slice(0, colon));
    return ContainerImage.fromEcrRepository(repository, repositoryAndTag.slice(colon + 1));
  }
  return ContainerImage.fromDockerImageAsset(
    new DockerImageAsset(scope, 'Image', {
      directory: PROJECT_ROOT,
      file: 'gpu-worker/Dockerfile',
      platform: Platform.LINUX_AMD64,
      ignoreMode: IgnoreMode.DOCKER,
      exclude: ['*', ...SOURCES.map((path) => `!${path}`), '**/*.test.ts', '**/node_modules'],
    }),
  );
}
