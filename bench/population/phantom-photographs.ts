import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { RealPhotograph } from '../real-photographs/photographs.ts';

const NAME = /^(?<phantom>.+)_(?<laterality>left|right)\.jpg$/;

/**
 * So many patients from a folder of drawn ones (`phantoms/make.ts`): where they are more than the drawn ones, several
 * have the same photographs.
 */
export function phantomPhotographs(folder: string, exams: number): RealPhotograph[] {
  const drawn = readdirSync(folder).flatMap((file) => {
    const { phantom, laterality } = NAME.exec(file)?.groups ?? {};
    if (phantom === undefined) return [];
    return [{ phantom, laterality: laterality as Laterality, path: join(folder, file) }];
  });
  const eyes = [...Map.groupBy(drawn, ({ phantom }) => phantom).values()];
  if (eyes.length === 0)
    throw new Error(`Expected photographs named "NAME_left.jpg" in "${folder}" but found none.`);
  return Array.from({ length: exams }, (_, index) => index).flatMap((index) =>
    (eyes[index % eyes.length] ?? []).map(({ laterality, path }) => ({
      program: 'phantoms',
      patient: `P${String(index).padStart(6, '0')}`,
      laterality,
      path,
    })),
  );
}
