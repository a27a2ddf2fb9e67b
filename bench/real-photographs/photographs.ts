import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';

/** A photograph of the real sets, under the program that it is screened in. */
export interface RealPhotograph {
  readonly program: string;
  readonly patient: string;
  readonly laterality: Laterality;
  readonly path: string;
}

/** Sets with a table of their photographs: folder, program, column of the patient's id. */
const TABLES = [
  { folder: 'odir5k_256', program: 'odir', id: 'id' },
  { folder: 'eyepacs_400', program: 'eyepacs', id: 'patient' },
  { folder: 'eyepacs_full', program: 'eyepacs-full', id: 'patient' },
];
/** CHASE_DB1 has no table: fourteen children, both eyes each, named `01_left.jpg`. */
const CHASE = { folder: 'chase_db1_512', program: 'chase', children: 14 };

/** Every photograph of the real sets below a folder. */
export function realPhotographs(fundus: string): RealPhotograph[] {
  const listed = TABLES.flatMap(({ folder, program, id }) => {
    const rows: Record<string, string>[] = parse(readFileSync(join(fundus, folder, 'labels.csv')), {
      columns: true,
      bom: true,
    });
    return rows.flatMap((row) =>
      LATERALITIES.flatMap((laterality) => {
        const name = row[`${laterality}_image`];
        if (!name) return [];
        return [{ program, patient: row[id] ?? '', laterality, path: join(fundus, folder, 'images', name) }];
      }),
    );
  });
  const children = Array.from({ length: CHASE.children }, (_, index) => String(index + 1).padStart(2, '0'));
  const chase = children.flatMap((patient) =>
    LATERALITIES.map((laterality) => ({
      program: CHASE.program,
      patient,
      laterality,
      path: join(fundus, CHASE.folder, 'images', `${patient}_${laterality}.jpg`),
    })),
  );
  return [...listed, ...chase];
}
