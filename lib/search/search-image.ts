import { IgnoreMode } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
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
  'model',
  'gpu-worker',
  'rescore-worker',
  'functions',
];

/**
 * The image of the search function: the only one of the API's functions that carries ONNX Runtime.
 *
 * @param repositoryAndTag `repository:tag` in the account's own ECR. Without it the image is built from
 *   functions/search/Dockerfile at deployment; synthesis only hashes its sources.
 */
export function searchImage(scope: Construct, repositoryAndTag: string | undefined): DockerImageCode {
  if (repositoryAndTag !== undefined) {
    const colon = repositoryAndTag.lastIndexOf(':');
    const repository = Repository.fromRepositoryName(
      scope,
      'SearchRepository',
      repositoryAndTag.slice(0, colon),
    );
    return DockerImageCode.fromEcr(repository, { tagOrDigest: repositoryAndTag.slice(colon + 1) });
  }
  return DockerImageCode.fromImageAsset(PROJECT_ROOT, {
    file: 'functions/search/Dockerfile',
    platform: Platform.LINUX_ARM64,
    ignoreMode: IgnoreMode.DOCKER,
    exclude: ['*', ...SOURCES.map((path) => `!${path}`), '**/*.test.ts', '**/node_modules'],
  });
}
