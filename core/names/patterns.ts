/** How photographs are named: one shape of a file's name. `_` is any separator, brackets enclose what may be absent. */
export interface NamePattern {
  readonly template: string;
  /** The camera whose export is named so; `null` for the usual shapes. */
  readonly camera: string | null;
  /** It could not be compared with a manual or with real exports: its reading is shown, and a person is asked once. */
  readonly unverified: boolean;
}

const usual = (template: string): NamePattern => ({ template, camera: null, unverified: false });
const unverified = (camera: string, template: string): NamePattern => ({
  template,
  camera,
  unverified: true,
});

/**
 * The shapes in which programmes name files, in the order in which they are preferred. `{tail}` is what may stand behind
 * an eye and never names a patient: date, time, number, field. `{glued}` is an eye without a separator: `P12OD`.
 */
export const NAME_PATTERNS: readonly NamePattern[] = [
  usual('{eye}{tail}'),
  usual('{patient}[_{date}[_{time}]][_{field}]_{eye}{tail}'),
  usual('{patient}{glued}{tail}'),
  usual('{date}[_{time}]_{eye}{tail}'),
  usual('{date}[_{time}]_{patient}[_{field}]_{eye}{tail}'),
  usual('{date}[_{time}]_{patient}{glued}{tail}'),
  usual('{field}_{eye}{tail}'),
  usual('{eye}[_{field}]_{patient}[_{date}[_{time}]]'),
  usual('{eye}_{date}[_{time}][_{field}]_{patient}'),
  unverified('Optos', '{patient}-{date}@{time}-{eye}{n}-{ignore}'),
  unverified('Zeiss', '{patient}_{ignore}_{date}_{time}_{eye}_sn{ignore}'),
  unverified('Topcon', '{patient}_{ignore}_{date}_{time}_{ignore}_{eye}_{n}'),
  unverified('Canon', '{patient}_{date}_{time}_{ignore}_{eye}_{n}'),
  unverified('Eidon', '{patient}_{ignore}_{eye}_{ignore}_{date}_{time}'),
  unverified('Remidio', '{patient}_{ignore}_{eye}_{ignore}_{date}'),
];

/** A word that we do not know stands behind the eye: the patient is plain, the word is asked about. */
export const UNKNOWN_WORD_PATTERN = usual('{patient}[_{date}[_{time}]]_{eye}{tail}_{unknown}');

/** Names that tell no eye, for files whose folder does. */
export const EYELESS_PATTERNS: readonly NamePattern[] = [
  usual('{date}[_{time}]_{patient}'),
  usual('{patient}[_{date}[_{time}]][_{field}]'),
];
