import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { isKept } from '../default-model/kept-patients.ts';

/** Labels of which ODIR-5K says for each eye whether it has them: its letter, and words of its keywords. */
export const EYE_LABELS = {
  'diabetic-retinopathy': { letter: 'D', words: /(?:proliferative|diabetic) retinopathy/u },
  glaucoma: { letter: 'G', words: /glaucoma/u },
  cataract: { letter: 'C', words: /cataract/u },
  amd: { letter: 'A', words: /age-related macular degeneration/u },
  myopia: { letter: 'M', words: /myopi/u },
} as const;
export type EyeLabel = keyof typeof EYE_LABELS;

/** An eye of a patient whom the default model was not trained on. */
export interface LabelledEye {
  readonly group: string;
  readonly eye: Laterality;
  readonly path: string;
  readonly has: Readonly<Record<EyeLabel, boolean>>;
}

export function labelledEyes(fundus: string): LabelledEye[] {
  const folder = join(fundus, 'odir5k_256');
  const rows: Record<string, string>[] = parse(readFileSync(join(folder, 'labels.csv')), {
    columns: true,
    bom: true,
  });
  return rows.flatMap((row) => {
    const group = row.group ?? '';
    if (!isKept('odir', group)) return [];
    return LATERALITIES.flatMap((eye) => {
      const name = row[`${eye}_image`];
      const keywords = row[`${eye}_keywords`]?.toLowerCase();
      if (!name || !keywords) return [];
      const has = Object.fromEntries(
        Object.entries(EYE_LABELS).map(([label, { letter, words }]) => [
          label,
          row[`${eye}_eye_label`] === letter || words.test(keywords),
        ]),
      ) as Record<EyeLabel, boolean>;
      return [{ group, eye, path: join(folder, 'images', name), has }];
    });
  });
}
