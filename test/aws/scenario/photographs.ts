import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { INSPECTION_SIZE, prepareImage } from '../../../judging/index.ts';
import { generatePatient } from '../../../phantoms/index.ts';

/** Of a drawn photograph, in pixels: enough for the quality gate. */
const SIZE = 288;

/** An exam's photographs. Every one is another picture, so left and right are never the same. */
export interface DrawnExam {
  readonly patient: string;
  readonly exam: string;
  readonly left: Buffer;
  readonly right: Buffer;
}

/** Draws until the gate takes both eyes: of drawings it refuses some of good quality. */
async function drawGradable(seed: string): Promise<Pick<DrawnExam, 'left' | 'right'>> {
  for (let index = 0; ; index += 1) {
    const { left, right } = await generatePatient({
      seed,
      index,
      size: SIZE,
      // Each has both eyes, and is of good quality: what is to be ungradable is made so.
      defects: { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 },
    });
    if (left === null || right === null) throw new Error('Expected both eyes of a phantom.');
    const eyes = await Promise.all([left, right].map(({ jpeg }) => prepareImage(jpeg, INSPECTION_SIZE)));
    if (eyes.every(({ quality }) => quality.gradable)) return { left: left.jpeg, right: right.jpeg };
  }
}

/** Draws the photographs of exams named so. */
export async function drawExams(
  names: readonly (readonly [patient: string, exam: string])[],
): Promise<readonly DrawnExam[]> {
  const drawn: DrawnExam[] = [];
  for (const [patient, exam] of names)
    drawn.push({ patient, exam, ...(await drawGradable(`aws ${patient} ${exam}`)) });
  return drawn;
}

/** Writes exams into a folder with a manifest. @returns the manifest's file */
export async function writeManifest(
  folder: string,
  program: string,
  exams: readonly DrawnExam[],
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const lines = ['program,patient,exam,laterality,path'];
  for (const [index, { patient, exam, ...eyes }] of exams.entries()) {
    for (const laterality of ['left', 'right'] as const) {
      const file = `${index}-${laterality}.jpg`;
      await writeFile(join(folder, file), eyes[laterality]);
      lines.push([program, patient, exam, laterality, file].map((cell) => `"${cell}"`).join(','));
    }
  }
  const manifest = join(folder, 'manifest.csv');
  await writeFile(manifest, `${lines.join('\n')}\n`);
  return manifest;
}
