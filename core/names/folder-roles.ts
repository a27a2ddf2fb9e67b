import type { FolderLevel } from './folder-level.ts';

/** What the folders above a file are, as far as they can be told from that one file. */
export interface FolderRoles {
  /** The innermost folder that may be a patient; `null` if none may. */
  readonly patient: string | null;
  /** The folder above it that may be one as well. */
  readonly above: string | null;
  readonly visit: string | null;
  /** ISO day, month or year that a folder tells. */
  readonly when: string | null;
  /** The other reading of `03-04-2026`, month first. */
  readonly monthFirst: string | null;
  /** The folders as a pattern: `{clinic}/{patient}/`. */
  readonly template: string;
}

/**
 * Gives each folder its part. The innermost folder that could be a name is the patient, those above it are clinics.
 *
 * @param hasPatient whether the file's own name tells the patient: then every such folder is a clinic
 */
export function folderRoles(levels: readonly FolderLevel[], hasPatient: boolean): FolderRoles {
  const names = levels.filter((level) => level.says === 'name');
  const inner = names.at(-1);
  const innerDay = inner?.day ?? null;
  const when = levels.findLast((level) => level.says === 'day' || level.says === 'period');
  const parts = levels.map((level) => {
    if (level.says === 'eye') return '{eye}';
    if (level.says === 'day' || level.says === 'period') return '{date}';
    if (level.says === 'field') return '{field}';
    if (level.says === 'visit') return '{exam}';
    if (level.says === 'nothing') return '{ignore}';
    if (level !== inner || hasPatient) return '{clinic}';
    return innerDay === null ? '{patient}' : '{patient}_{date}';
  });
  return {
    patient: inner?.text ?? null,
    above: names.at(-2)?.text ?? null,
    visit: levels.findLast(({ says }) => says === 'visit')?.text ?? null,
    when: innerDay?.iso ?? when?.iso ?? null,
    monthFirst: innerDay === null ? (when?.says === 'day' ? when.monthFirst : null) : innerDay.monthFirst,
    template: parts.map((part) => `${part}/`).join(''),
  };
}
