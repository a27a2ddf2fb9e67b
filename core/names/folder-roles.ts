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
  const names = levels.flatMap((level, depth) => (level.says === 'name' ? [depth] : []));
  const inner = names.at(-1);
  const innerLevel = inner === undefined ? undefined : levels[inner];
  const innerDay = innerLevel?.says === 'name' ? innerLevel.day : null;
  const when = levels.findLast((level) => level.says === 'day' || level.says === 'period');
  const innermostVisit = levels.findLast(({ says }) => says === 'visit');
  const parts = levels.map(({ says }, depth) => {
    if (says === 'eye') return '{eye}';
    if (says === 'day' || says === 'period') return '{date}';
    if (says === 'field') return '{field}';
    if (says === 'visit') return '{exam}';
    if (says === 'nothing') return '{ignore}';
    if (says !== 'name' || depth !== inner || hasPatient) return '{clinic}';
    return innerDay === null ? '{patient}' : '{patient}_{date}';
  });
  const aboveDepth = names.at(-2);
  return {
    patient: inner === undefined ? null : (levels[inner]?.text ?? null),
    above: aboveDepth === undefined ? null : (levels[aboveDepth]?.text ?? null),
    visit: innermostVisit?.text ?? null,
    when: innerDay?.iso ?? (when?.says === 'day' || when?.says === 'period' ? when.iso : null),
    monthFirst: innerDay === null ? (when?.says === 'day' ? when.monthFirst : null) : innerDay.monthFirst,
    template: parts.map((part) => `${part}/`).join(''),
  };
}
