import { WrongUseError } from '../errors.ts';

/** The columns of a manifest and their other names, without blanks, dashes and case. */
const NAMES = {
  program: ['program', 'programme', 'programid', 'programmeid'],
  patient: ['patient', 'patientid', 'patid', 'pid'],
  exam: ['exam', 'examid', 'visit', 'visitid'],
  laterality: ['laterality', 'eye', 'side'],
  path: ['path', 'file', 'filename', 'filepath', 'image', 'photograph'],
  field: ['field'],
} as const;
export type ManifestColumn = keyof typeof NAMES;

const REQUIRED: readonly ManifestColumn[] = ['patient', 'exam', 'laterality', 'path'];

function columnOf(header: string): ManifestColumn | null {
  const plain = header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]+/gu, '');
  const found = Object.entries(NAMES).find(([, names]) => names.some((name) => name === plain));
  return (found?.[0] as ManifestColumn | undefined) ?? null;
}

/**
 * Finds the columns of a manifest by its header, in any order, case and spacing (`Patient ID`).
 *
 * @returns the place of each column that is there
 * @throws WrongUseError if one is missing or there twice
 */
export function manifestColumns(
  header: readonly string[],
  manifest: string,
  hasProgram: boolean,
): ReadonlyMap<ManifestColumn, number> {
  const columns = new Map<ManifestColumn, number>();
  header.forEach((text, place) => {
    const column = columnOf(text);
    if (column === null) return;
    const former = columns.get(column);
    if (former !== undefined) {
      throw new WrongUseError(
        `Manifest "${manifest}" has two columns for the ${column}: "${header[former]}" and "${text}". Rename or remove one.`,
      );
    }
    columns.set(column, place);
  });
  const required: readonly ManifestColumn[] = hasProgram ? REQUIRED : ['program', ...REQUIRED];
  const missing = required.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    const found = header.filter((text) => text !== '').map((text) => `"${text}"`);
    throw new WrongUseError(
      `Manifest "${manifest}" lacks the column ${missing.map((name) => `"${name}"`).join(' and ')}${found.length > 0 ? `; it has ${found.join(', ')}` : ''}. Its first line must be: program,patient,exam,laterality,path (parted by commas, semicolons or tabs)`,
    );
  }
  return columns;
}
