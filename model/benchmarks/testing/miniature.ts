import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BenchmarkSet, Split } from '../benchmark-set.ts';
import { SPLITS } from '../benchmark-set.ts';

/** Layouts as they are published, by set. */
export const MINIATURES = {
  idrid: ['class folders', 'listed'],
  aptos2019: ['class folders', 'listed'],
  papila: ['class folders', 'listed'],
  'glaucoma-fundus': ['class folders', 'listed'],
  jsiec: ['class folders', 'listed'],
  retina: ['class folders', 'listed'],
  rfmid: ['challenge', 'challenge, doubled', 'data port, 45 labels', 'listed'],
  odir: ['by split', 'one folder'],
} as const;

export interface MiniatureOptions {
  /** Photographs, or patients, of each split. */
  readonly sizes: Readonly<Record<Split, number>>;
  /** A photograph's file; nothing readable unless told. */
  readonly photograph?: (values: readonly number[], split: Split) => Promise<Uint8Array>;
}

const RARE = ['CWS', 'CB', 'ODPM'];

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** Every class in turn; of labels every third pair of them. */
function valuesOf(set: BenchmarkSet, index: number): number[] {
  if (set.task !== 'labels') return [index % set.classes.length];
  return set.classes.map((_, label) => ((index + label) % 3 === 0 ? 1 : 0));
}

const RETCLIP_FOLDERS = { train: 'train', validation: 'valid', test: 'test' } as const;

/** Writes a handful of photographs in a set's true layout, and its label files. */
export async function writeMiniature(
  folder: string,
  set: BenchmarkSet,
  layout: string,
  { sizes, photograph = async () => new Uint8Array([0xff]) }: MiniatureOptions,
): Promise<void> {
  const lines = new Map<string, string[]>();
  const line = (file: string, header: string, row: string) =>
    lines.set(file, [...(lines.get(file) ?? [header]), row]);
  const columns = set.classes.map(({ published }) => published).join(',');
  for (const split of SPLITS) {
    const short = { train: 'train', validation: 'val', test: 'test' }[split];
    for (let index = 0; index < sizes[split]; index += 1) {
      const values = valuesOf(set, index);
      const published = set.classes[values[0] ?? 0]?.published ?? '';
      const image = await photograph(values, split);
      const valid = RETCLIP_FOLDERS[split];
      const put = (path: string) => write(join(folder, path), image);
      if (layout === 'class folders') await put(`${short}/${published}/${split}${index}.png`);
      else if (set.name === 'rfmid') {
        const id = index + 1;
        const [part, photographs, labels] = {
          train: ['Training_Set', 'Training', 'RFMiD_Training_Labels.csv'],
          validation: ['Evaluation_Set', 'Validation', 'RFMiD_Validation_Labels.csv'],
          test: ['Test_Set', 'Test', 'RFMiD_Testing_Labels.csv'],
        }[split] as [string, string, string];
        const letter = { train: 'a', validation: 'b', test: 'c' }[split];
        const title = { train: 'Training', validation: 'Validation', test: 'Testing' }[split];
        const places: Readonly<Record<string, readonly [string, string]>> = {
          challenge: [`${part}/${photographs}`, `${part}/${labels}`],
          'challenge, doubled': [`${part}/${part}/${photographs}`, `${part}/${part}/${labels}`],
          'data port, 45 labels': [
            `1. Original Images/${letter}. ${title} Set`,
            `2. Groundtruths/${letter}. ${labels}`,
          ],
          listed: [valid, labels],
        };
        const [at, file] = places[layout] ?? ['', ''];
        await put(`${at}/${id}.png`);
        if (layout === 'data port, 45 labels') {
          const rare = RARE.map((_, place) => (values.at(-1) === 1 && place === index % RARE.length ? 1 : 0));
          const names = `ID,Disease_Risk,${columns.replace(/,OTHER$/, '')},${RARE.join(',')}`;
          line(file, names, [id, 1, ...values.slice(0, -1), ...rare].join(','));
        } else line(file, `ID,Disease_Risk,${columns}`, [id, 1, ...values].join(','));
      } else if (set.name === 'odir') {
        const id = SPLITS.indexOf(split) * 1000 + index;
        const [left, right] =
          layout === 'by split'
            ? [`${valid}/left/${id}_left.jpg`, `${valid}/right/${id}_right.jpg`]
            : [`ODIR-5K_Training_Dataset/${id}_left.jpg`, `ODIR-5K_Training_Dataset/${id}_right.jpg`];
        await put(left);
        await put(right);
        const head =
          'ID,Patient Age,Patient Sex,Left-Fundus,Right-Fundus,Left-Diagnostic Keywords,Right-Diagnostic Keywords';
        const row = [id, 60, 'Female', `${id}_left.jpg`, `${id}_right.jpg`, 'x', '"y,z"', ...values].join(
          ',',
        );
        if (layout === 'by split') line('labels.csv', `${head},${columns}`, row);
        else line('labels.csv', `${head},${columns},split`, `${row},${split}`);
      } else {
        await put(`${valid}/${split}${index}.png`);
        if (set.name === 'idrid') {
          const part = { train: 'Train', validation: 'Valid', test: 'Testing' }[split];
          line(
            `IDRiD_Disease Grading_${part}_Labels.csv`,
            'Image name,Retinopathy grade',
            `${split}${index},${values[0]}`,
          );
        } else line('labels.csv', 'ID,label', `${split}${index}.png,${values[0]}`);
      }
    }
  }
  for (const [file, rows] of lines) await write(join(folder, file), `${rows.join('\n')}\n`);
}
