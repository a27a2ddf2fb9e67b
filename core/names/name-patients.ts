import { isTime } from './day.ts';
import type { DoubtKind } from './doubt.ts';
import { type FolderRoles, folderRoles } from './folder-roles.ts';
import { isImageName } from './folder-words.ts';
import { idFamily, isSameId, numberBehind } from './id-family.ts';
import type { SightedFile } from './sight-eye.ts';
import { ordinaryWidth } from './width.ts';

/** Whose eye a file shows, and as which visit's. */
export interface PatientOfFile {
  readonly patient: string;
  /** A folder that names the visit, other than by its date. */
  readonly visit: string | null;
  readonly from: 'name' | 'folder';
  readonly roles: FolderRoles;
  /** An id in the name that was not taken for the patient. */
  readonly ignored: string | null;
  readonly doubt: { readonly kind: DoubtKind; readonly text: string } | null;
}

export type PatientSight = PatientOfFile | { readonly refused: string };

const NO_PATIENT =
  'it does not say whose eye it shows: name it <patient>_left, put it into a folder <patient>/, give --pattern, or use a manifest';

const isNumber = (text: string): boolean => /^\d+$/u.test(ordinaryWidth(text));
const isLabel = (id: string): boolean => !/\d/u.test(id) || isNumber(id);

function idOf({ reading }: SightedFile): string | null {
  const id = reading?.patient ?? null;
  return id === null || isImageName(id) ? null : id;
}

/** What the ids and folders of the whole upload tell of one another. */
class Company {
  readonly #idsOfFolder = new Map<string, Set<string>>();
  readonly #foldersOfId = new Map<string, Set<string>>();
  readonly #eyesOfId = new Map<string, Set<string>>();
  readonly #filesOfEye = new Map<string, number>();
  readonly #outersOfInner = new Map<string, Set<string>>();
  #repeats = false;

  constructor(files: readonly SightedFile[]) {
    for (const file of files) {
      const { patient, above } = folderRoles(file.levels, false);
      const folder = file.folders.join('/');
      const eyeless = this.#eyelessFolder(file);
      this.#filesOfEye.set(folder, (this.#filesOfEye.get(folder) ?? 0) + 1);
      if (patient !== null && above !== null) add(this.#outersOfInner, patient, above);
      const id = idOf(file);
      if (id === null || patient === null) continue;
      add(this.#idsOfFolder, eyeless, id);
      add(this.#foldersOfId, id, patient);
      add(this.#eyesOfId, JSON.stringify([eyeless, id]), file.laterality);
      if (isSameId(patient, id)) this.#repeats = true;
    }
  }

  #eyelessFolder({ levels }: SightedFile): string {
    return JSON.stringify(levels.filter(({ says }) => says !== 'eye').map(({ text }) => text));
  }

  idsBeside(file: SightedFile): number {
    return this.#idsOfFolder.get(this.#eyelessFolder(file))?.size ?? 0;
  }

  foldersWith(id: string): number {
    return this.#foldersOfId.get(id)?.size ?? 0;
  }

  hasBothEyes(file: SightedFile, id: string): boolean {
    return this.#eyesOfId.get(JSON.stringify([this.#eyelessFolder(file), id]))?.size === 2;
  }

  filesInFolder(file: SightedFile): number {
    return this.#filesOfEye.get(file.folders.join('/')) ?? 0;
  }

  /** Whether some folder is named as the patients in it are. */
  get repeats(): boolean {
    return this.#repeats;
  }

  /** Whether the inner of two folders looks like a visit: many have it, or it is but a small number. */
  looksLikeVisit(inner: string, outer: string): boolean {
    const outers = this.#outersOfInner.get(inner)?.size ?? 0;
    return (
      outers > 1 || (/^\d{1,2}$/u.test(ordinaryWidth(inner)) && !/^\d{1,2}$/u.test(ordinaryWidth(outer)))
    );
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

function byFolder(file: SightedFile, company: Company, ignored: string | null): PatientSight {
  const roles = folderRoles(file.levels, false);
  const { patient, above, visit } = roles;
  if (patient === null) return { refused: NO_PATIENT };
  const found = { patient, visit, from: 'folder' as const, roles, ignored, doubt: null };
  if (above === null || !company.looksLikeVisit(patient, above)) return found;
  const isInnerId = /\d/u.test(patient) && /\p{L}/u.test(patient) && !/\d/u.test(above);
  const text = `Which of two folders is the patient, and which a clinic or a visit, cannot be told from ${above}/${patient}/.`;
  const kind = 'folder-roles';
  if (isInnerId) return { ...found, doubt: { kind, text: `${text} Read as patient ${patient}.` } };
  const template = roles.template
    .replace(/\{patient\}(?:_\{date\})?/u, '{exam}')
    .replace(/\{clinic\}(?=\/(?:\{ignore\}\/)?\{exam\})/u, '{patient}');
  return {
    ...found,
    patient: above,
    visit: patient,
    roles: { ...roles, template },
    doubt: { kind, text: `${text} Read as patient ${above} with visit ${patient}.` },
  };
}

function byName(file: SightedFile, id: string, company: Company): PatientSight {
  const roles = folderRoles(file.levels, true);
  const { patient: folder, visit } = roles;
  const found = { patient: id, visit, from: 'name' as const, roles, ignored: null, doubt: null };
  if (folder === null) return found;
  if (isSameId(folder, id)) {
    return { ...found, patient: folder, roles: folderRoles(file.levels, false) };
  }
  const isOfOneFamily = idFamily(folder) === idFamily(id);
  if (isOfOneFamily && company.repeats) {
    return {
      refused: `its name says patient "${id}" but its folder "${folder}": find out which is true and move or rename it`,
    };
  }
  const asks = (sight: PatientSight, text: string): PatientSight =>
    'refused' in sight ? sight : { ...sight, doubt: { kind: 'folder-or-name', text } };
  const folderHolds = `The folder "${folder}" and the name "${id}" may both be the patient.`;
  const number = numberBehind(folder, id);
  if (number !== null) {
    const hasDigit = /\d/u.test(folder);
    if (company.hasBothEyes(file, id)) {
      return hasDigit ? asks(found, `${folderHolds} Read as patient ${id}.`) : found;
    }
    const numbered = byFolder(file, company, null);
    return hasDigit ? numbered : asks(numbered, `${folderHolds} Read as patient ${folder}.`);
  }
  if (company.foldersWith(id) > 1) {
    return isLabel(id)
      ? asks(
          byFolder(file, company, null),
          `"${id}" is in several folders. Read as a label of patient ${folder}.`,
        )
      : asks(found, `"${id}" is in several folders. Read as one patient ${id}.`);
  }
  if (isOfOneFamily && company.idsBeside(file) === 1) {
    return asks(found, `${folderHolds} Read as patient ${id}.`);
  }
  if (isNumber(id) && /\d/u.test(folder) && company.idsBeside(file) <= 2 && !company.hasBothEyes(file, id)) {
    return asks(
      byFolder(file, company, null),
      `${folderHolds} Read as photograph ${id} of patient ${folder}.`,
    );
  }
  return found;
}

function byEyeFolder(file: SightedFile, company: Company): PatientSight {
  const id = idOf(file);
  const { patient: folder } = folderRoles(file.levels, false);
  if (id === null || isTime(id))
    return folder === null ? { refused: NO_PATIENT } : byFolder(file, company, null);
  if (folder === null || isSameId(folder, id)) return byName(file, id, company);
  const sight = byFolder(file, company, id);
  if ('refused' in sight || sight.doubt !== null) return sight;
  const isNumbered = /\d/u.test(folder);
  const asked = `The folder "${folder}" and the name "${id}" may both be the patient. Read as patient ${folder}.`;
  const asks: PatientSight = { ...sight, doubt: { kind: 'folder-or-name', text: asked } };
  if (company.idsBeside(file) > 1 && company.hasBothEyes(file, id)) {
    // north/left/P1, north/right/P1: a clinic. P1/left/1, P1/right/1 beside P2/left/1: photographs of a patient.
    if (!isNumbered && /\d/u.test(id) && company.foldersWith(id) === 1) return byName(file, id, company);
    return isNumbered && isLabel(id) && company.foldersWith(id) > 1 ? sight : asks;
  }
  // north/left/P1, north/right/P1 alone: a clinic of one patient, or a patient whose photographs are called P1.
  if (!isNumbered && !isNumber(id) && /\d/u.test(id) && company.hasBothEyes(file, id)) return asks;
  return isLabel(id) || company.filesInFolder(file) < 2 ? sight : asks;
}

/**
 * Finds whose eye each file shows, from its name and its folders together with those of all the others.
 *
 * @returns in the order of the files
 */
export function namePatients(files: readonly SightedFile[]): PatientSight[] {
  const company = new Company(files);
  return files.map((file) => {
    if (file.eyeFrom === 'folder') return byEyeFolder(file, company);
    if (file.eyeFrom === 'named-folder') {
      const roles = folderRoles(file.levels, false);
      const patient = file.reading?.patient ?? '';
      return {
        patient,
        visit: roles.visit,
        from: 'folder',
        roles,
        ignored: idOfStem(file.stem),
        doubt: null,
      };
    }
    const id = idOf(file);
    if (id !== null) return byName(file, id, company);
    const sight = byFolder(file, company, null);
    const image = file.reading?.patient ?? null;
    if (!('refused' in sight) || image === null) return sight;
    const roles = folderRoles(file.levels, true);
    const text = `"${image}" is what cameras call any photograph, and no folder names a patient. Read as patient ${image}.`;
    return {
      patient: image,
      visit: roles.visit,
      from: 'name',
      roles,
      ignored: null,
      doubt: { kind: 'no-patient', text },
    };
  });
}

function idOfStem(stem: string): string | null {
  return isImageName(stem) || isNumber(stem) ? null : stem;
}
