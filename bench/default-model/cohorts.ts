import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import { ODIR } from '../../model/benchmarks/sets/odir.ts';
import { isKept } from './kept-patients.ts';

type Cells = Readonly<Record<string, string>>;

/** A labelled cohort of patients with both eyes photographed, as `retclip heads` takes it. */
export interface Cohort {
  readonly name: string;
  /** Lines of the manifest of photographs, and of the table of labels with the column `split`. */
  readonly photographs: readonly Cells[];
  readonly labels: readonly Cells[];
}

function rowsOf(folder: string): Cells[] {
  return parse(readFileSync(join(folder, 'labels.csv')), { columns: true, bom: true });
}

function photographsOf(name: string, folder: string, patient: string, row: Cells): Cells[] {
  return LATERALITIES.map((laterality) => ({
    program: name,
    patient,
    exam: '1',
    laterality,
    path: join(folder, 'images', row[`${laterality}_image`] ?? ''),
  }));
}

/** ODIR-5K: eight labels of the patient. */
export function odirCohort(fundus: string): Cohort {
  const folder = join(fundus, 'odir5k_256');
  const rows = rowsOf(folder).filter((row) => row.left_image && row.right_image);
  return {
    name: 'odir',
    photographs: rows.flatMap((row) => photographsOf('odir', folder, row.id ?? '', row)),
    labels: rows.map((row) => ({
      patient: row.id ?? '',
      group: row.group ?? '',
      split: isKept('odir', row.group ?? '') ? 'kept' : 'trained',
      age: row.age ?? '',
      sex: row.sex ?? '',
      ...Object.fromEntries(ODIR.classes.map(({ published, name }) => [name, row[published] ?? ''])),
    })),
  };
}

/** EyePACS: whether either eye has retinopathy of at least this grade (ICDR scale, 0 to 4). */
export function eyepacsCohort(fundus: string, grade: number): Cohort {
  const folder = join(fundus, 'eyepacs_400');
  const rows = rowsOf(folder);
  return {
    name: 'eyepacs',
    photographs: rows.flatMap((row) => photographsOf('eyepacs', folder, row.patient ?? '', row)),
    labels: rows.map((row) => ({
      patient: row.patient ?? '',
      split: isKept('eyepacs', row.patient ?? '') ? 'kept' : 'trained',
      'diabetic-retinopathy':
        Math.max(Number(row.left_dr_grade), Number(row.right_dr_grade)) >= grade ? '1' : '0',
    })),
  };
}

/**
 * APTOS 2019: photographs with retinopathy of grade 2 or more, each of a patient of its own and of one eye only, since
 * neither is known. The model has seen none of them.
 */
export function aptosCohort(fundus: string): Cohort {
  const folder = join(fundus, 'aptos_dr234_256');
  const rows = rowsOf(folder).filter((row) => row.keep === '1');
  return {
    name: 'aptos',
    photographs: rows.map((row) => ({
      program: 'aptos',
      patient: row.id ?? '',
      exam: '1',
      laterality: 'left',
      path: join(folder, 'images', row.image ?? ''),
    })),
    labels: rows.map((row) => ({ patient: row.id ?? '', 'diabetic-retinopathy': '1' })),
  };
}
