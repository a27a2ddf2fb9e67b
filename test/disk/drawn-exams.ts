import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatePatient } from '../../phantoms/index.ts';

/**
 * Draws patients with both eyes into a folder, with a manifest.
 *
 * @param from number of the first patient
 * @returns path of the manifest
 */
export async function drawExams(folder: string, from: number, exams: number): Promise<string> {
  const rows = ['program,patient,exam,laterality,path'];
  for (let index = from; index < from + exams; index += 1) {
    const drawn = await generatePatient({ seed: 'disk', index, size: 256, defects: { missingEye: 0 } });
    for (const eye of ['left', 'right'] as const) {
      const image = drawn[eye];
      if (image === null) throw new Error('Expected both eyes.');
      await writeFile(join(folder, `${index}-${eye}.jpg`), image.jpeg);
      rows.push(`north,P${index},1,${eye},${index}-${eye}.jpg`);
    }
  }
  const manifest = join(folder, `manifest-${from}.csv`);
  await writeFile(manifest, `${rows.join('\n')}\n`);
  return manifest;
}
