import { CohortError } from '../errors.ts';
import { labelNames } from './label-name.ts';

/** How the columns of a labels file are to be read. */
export interface LabelOptions {
  /** The column that holds one class of each row, instead of a column of 0 and 1 for each label. */
  readonly classes?: string;
  /** Classes in rising order, as the file spells them; found in the file and sorted unless told. */
  readonly classOrder?: readonly string[];
  /** Label columns to use; all that are left unless told. */
  readonly only?: readonly string[];
  /** Columns that are not labels and are kept as texts: age, site. `age` and `sex` always are. */
  readonly attributes?: readonly string[];
}

/** Which column of a labels file holds what; -1 where there is none. */
export interface LabelColumns {
  readonly patient: number;
  readonly exam: number;
  readonly eye: number;
  readonly group: number;
  readonly split: number;
  readonly attributes: readonly { readonly name: string; readonly column: number }[];
  readonly labels: readonly { readonly name: string; readonly text: string; readonly column: number }[];
  /** The column of classes. */
  readonly classes: number;
}

const ROLES: Readonly<Record<'patient' | 'exam' | 'eye' | 'group' | 'split', readonly string[]>> = {
  patient: ['patient'],
  exam: ['exam'],
  eye: ['eye', 'laterality'],
  group: ['group'],
  split: ['split', 'fold'],
};
const USUAL_ATTRIBUTES = ['age', 'sex'];

/**
 * Finds out what each column of a labels file is. Names count without regard to case.
 *
 * @throws CohortError naming the column that is missing, or stands twice
 */
export function labelColumns(header: readonly string[], path: string, options: LabelOptions): LabelColumns {
  const names = header.map((name) => name.trim().toLowerCase());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) throw new CohortError(`Labels "${path}" have the column "${twice}" twice.`);
  const find = (asked: string): number => {
    const column = names.indexOf(asked.trim().toLowerCase());
    if (column === -1) {
      throw new CohortError(`Labels "${path}" have no column "${asked}", only ${header.join(', ')}.`);
    }
    return column;
  };
  const role = (name: keyof typeof ROLES): number => names.findIndex((text) => ROLES[name].includes(text));
  const roles = {
    patient: find('patient'),
    ...{ exam: role('exam'), eye: role('eye'), group: role('group'), split: role('split') },
  };
  const attributes = [
    ...(options.attributes ?? []).map(find),
    ...USUAL_ATTRIBUTES.map((name) => names.indexOf(name)),
  ]
    .filter((column, index, all) => column !== -1 && all.indexOf(column) === index)
    .map((column) => ({ name: names[column] ?? '', column }));
  const taken = new Set([...Object.values(roles), ...attributes.map(({ column }) => column)]);
  if (options.classes !== undefined) {
    return { ...roles, attributes, labels: [], classes: find(options.classes) };
  }
  const chosen =
    options.only?.map(find) ??
    names.flatMap((name, column) => (taken.has(column) || name === '' ? [] : [column]));
  if (chosen.length === 0) {
    throw new CohortError(
      `Labels "${path}" have no label column beside ${header.join(', ')}: add one of 0 and 1 for each label, or name a column of classes with --classes.`,
    );
  }
  const texts = chosen.map((column) => (header[column] ?? '').trim());
  const spelled = labelNames(texts);
  const labels = chosen.map((column, index) => ({
    name: spelled[index] ?? '',
    text: texts[index] ?? '',
    column,
  }));
  return { ...roles, attributes, labels, classes: -1 };
}
