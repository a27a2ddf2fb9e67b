import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_ROOT } from '../project-root.ts';

/** Images that ours are built on, by the argument of the Dockerfiles that stands for each. */
export const BASE_IMAGES = {
  NODE_IMAGE: 'docker.io/library/node:24.21.0-bookworm-slim',
  CUDA_IMAGE: 'docker.io/nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04',
  LAMBDA_IMAGE: 'public.ecr.aws/lambda/nodejs:24',
  PYTHON_IMAGE: 'docker.io/library/python:3.12-slim-bookworm',
} as const;
export type BaseImage = (typeof BASE_IMAGES)[keyof typeof BASE_IMAGES];

/** Checked in: which content each of them has, wherever their tags have moved since. */
export const LOCK_FILE = join(PROJECT_ROOT, 'lib/images/base-images.lock.json');

export const baseImagesLockSchema = z.strictObject({
  schema: z.literal('base-images/1'),
  /** By the image's name; an image that is not there has not been locked. */
  digests: z.record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/)),
});
export type BaseImagesLock = Readonly<z.infer<typeof baseImagesLockSchema>>;

/** @throws Error if the lock is damaged */
export function readLock(file: string = LOCK_FILE): BaseImagesLock {
  return baseImagesLockSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * What the Dockerfile's argument is set to. An image that is not locked gets a name that no registry answers to, so that
 * a build of it ends and says what is missing, rather than take whatever the tag points to on that day.
 */
export function lockedName(image: BaseImage, { digests }: BaseImagesLock): string {
  const digest = digests[image];
  return digest === undefined
    ? `base-image-not-locked.run-npm-run-images-lock.invalid/${image}`
    : `${image}@${digest}`;
}

/**
 * Arguments for the build of a Dockerfile: all base images that it is built on.
 *
 * @param dockerfile its text
 */
export function baseImageArguments(dockerfile: string, lock: BaseImagesLock): Record<string, string> {
  const named = new Set([...dockerfile.matchAll(/^ARG (\w+)/gm)].map(([, name]) => name));
  return Object.fromEntries(
    Object.entries(BASE_IMAGES)
      .filter(([name]) => named.has(name))
      .map(([name, image]) => [name, lockedName(image, lock)]),
  );
}
