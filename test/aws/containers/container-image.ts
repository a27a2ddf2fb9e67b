import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { DeploymentError } from '../errors.ts';
import type { SynthesizedApp } from '../stack/app-template.ts';

interface AssetManifest {
  readonly dockerImages: Readonly<Record<string, { readonly source: { readonly dockerFile: string } }>>;
}

/**
 * The command that a container's image starts, as its Dockerfile has it.
 *
 * @param image as the template names it: by the hash of an asset
 * @throws DeploymentError if the image is not an asset, or its Dockerfile has no command
 * @example await imageCommand(app, container.Image) // ['node', 'gpu-worker/main.ts']
 */
export async function imageCommand(app: SynthesizedApp, image: unknown): Promise<readonly string[]> {
  const hash = /:([0-9a-f]{64})"/.exec(JSON.stringify(image))?.[1] ?? '';
  const manifest = join(app.folder, 'RetclipScreening.assets.json');
  const { dockerImages } = JSON.parse(await readFile(manifest, 'utf8')) as AssetManifest;
  const dockerFile = dockerImages[hash]?.source.dockerFile;
  if (dockerFile === undefined)
    throw new DeploymentError(`The image ${JSON.stringify(image)} is none that the app builds.`);
  const text = await readFile(join(PROJECT_ROOT, dockerFile), 'utf8');
  const command = /^CMD (\[.*\])$/m.exec(text)?.[1];
  if (command === undefined) throw new DeploymentError(`${dockerFile} has no CMD.`);
  return JSON.parse(command);
}
