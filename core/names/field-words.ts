import type { Field } from '../exams/field.ts';

/**
 * Words for what a photograph is centred on, in lower case. F1 to F7 are the standard fields of the ETDRS (report 10,
 * 1991): field 1 is centred on the optic disc, field 2 on the macula, the others lie around them. A two-field screening
 * (EURODIAB) says macular and nasal; its nasal field shows the disc.
 */
const WORDS: Readonly<Record<Field, readonly string[]>> = {
  macula: [
    ...['macula', 'macular', 'mac', 'fovea', 'posterior', 'posterior pole', 'central', 'centre', 'center'],
    ...[
      'color',
      'colour',
      'cfp',
      'mácula',
      'makula',
      'macule',
      'farbe',
      'couleur',
      'f2',
      'field2',
      'field 2',
    ],
    ...['黄斑', '黃斑', '后极', '彩照', '황반', 'макула'],
  ],
  disc: [
    ...['disc', 'disk', 'optic', 'optic disc', 'optic disk', 'optic nerve', 'opticdisc', 'onh', 'nasal'],
    ...['papilla', 'papille', 'papila', 'disco', 'f1', 'field1', 'field 1'],
    ...['视盘', '視盤', '视乳头', '視神経', '시신경', 'диск'],
  ],
  other: [
    ...['temporal', 'superior', 'inferior', 'supero temporal', 'infero temporal', 'superotemporal'],
    ...['inferotemporal', 'superonasal', 'inferonasal', 'periphery', 'peripheral', 'wide', 'widefield'],
    ...['montage', 'f3', 'f4', 'f5', 'f6', 'f7', 'field3', 'field4', 'field5', 'field6', 'field7', '周边'],
  ],
};

/** Every word of a field, in lower case and normal form KC. */
export const FIELD_WORDS: ReadonlyMap<string, Field> = new Map(
  (['macula', 'disc', 'other'] as const).flatMap((field) =>
    WORDS[field].map((word): [string, Field] => [word.normalize('NFKC'), field]),
  ),
);

/**
 * The field that a word names.
 *
 * @returns `null` if it names none
 * @example
 * fieldOf('Posterior') // 'macula'
 * fieldOf('optic_disc') // 'disc'
 */
export function fieldOf(text: string): Field | null {
  const plain = text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s._-]+/gu, ' ');
  return FIELD_WORDS.get(plain) ?? FIELD_WORDS.get(plain.replaceAll(' ', '')) ?? null;
}
