import type { Laterality } from './laterality.ts';

/**
 * Words for an eye in the languages of screening, in lower case and Unicode normal form KC. The abbreviations are those
 * of the clinics: OS/OD (oculus sinister/dexter), OG (œil gauche), OI (ojo izquierdo), OE (olho esquerdo), LE/RE (left
 * and right eye), LA/RA and LI/RE (linkes and rechtes Auge), SX/DX (sinistra/destra), MT/MP (mắt trái/phải).
 */
const CLEAR: Readonly<Record<Laterality, readonly string[]>> = {
  left: [
    ...['left', 'lefteye', 'left eye', 'os', 'o.s', 'o.s.', 'sinister', 'oculus sinister'],
    ...['sinistra', 'sinistro', 'gauche', 'œil gauche', 'oeil gauche', 'izquierdo', 'izquierda'],
    ...['ojo izquierdo', 'esquerdo', 'esquerda', 'olho esquerdo', 'links', 'linkes', 'linkes auge', 'linker'],
    ...['левый', 'левая', 'левое', 'левый глаз', 'ліве', 'lewe', 'lewy', 'levé', 'vänster', 'venstre'],
    ...['αριστερό', 'αριστερός', 'mắt trái', 'trái', 'kiri', 'mata kiri', 'kushoto', 'sol göz'],
    ...['左眼', '左目', '左側', '좌안', '왼눈', '왼쪽', 'ซ้าย', 'ตาซ้าย'],
    ...['يسار', 'يسرى', 'اليسرى', 'العين اليسرى', 'बायां', 'बाईं', 'बाएं'],
  ],
  right: [
    ...['right', 'righteye', 'right eye', 'od', 'o.d', 'o.d.', 'dexter', 'oculus dexter'],
    ...['destra', 'destro', 'dextra', 'droit', 'droite', 'œil droit', 'oeil droit', 'derecho', 'derecha'],
    ...['ojo derecho', 'direito', 'direita', 'olho direito', 'rechts', 'rechtes', 'rechtes auge', 'rechter'],
    ...['правый', 'правая', 'правое', 'правый глаз', 'праве', 'prawe', 'prawy', 'pravé', 'höger', 'højre'],
    ...['δεξί', 'δεξιός', 'mắt phải', 'phải', 'kanan', 'mata kanan', 'kulia', 'sağ göz'],
    ...['右眼', '右目', '右側', '우안', '오른눈', '오른쪽', 'ขวา', 'ตาขวา'],
    ...['يمين', 'يمنى', 'اليمنى', 'العين اليمنى', 'दायां', 'दाईं', 'दाएं'],
  ],
};

/** The same, but also names, initials or parts of words: they count only where the whole folder shows that they are eyes. */
const AMBIGUOUS: Readonly<Record<Laterality, readonly string[]>> = {
  left: [
    ...['l', 'le', 'la', 'li', 'lt', 'lft', 'og', 'o.g', 'o.g.', 'oi', 'o.i', 'o.i.', 'oe', 'o.e', 'o.e.'],
    ...['izq', 'esq', 'sx', 'sin', 'mt', 'sol', 'лев', 'ог', '左', '좌', '왼'],
  ],
  right: [...['r', 're', 'ra', 'rt', 'rgt', 'der', 'dir', 'dx', 'dex', 'mp', 'sağ', 'прав', '右', '우']],
};

/** What a word says of the eye. */
export interface EyeWord {
  readonly laterality: Laterality;
  /** `false` where it may be a name or an initial as well: Le, Re, La, Ra, Li, Oi, L, R, 左. */
  readonly clear: boolean;
}

function entries(
  table: Readonly<Record<Laterality, readonly string[]>>,
  clear: boolean,
): [string, EyeWord][] {
  return (['left', 'right'] as const).flatMap((laterality) =>
    table[laterality].map((word): [string, EyeWord] => [word.normalize('NFKC'), { laterality, clear }]),
  );
}

/** Every word, in lower case and normal form KC. */
export const EYE_WORDS: ReadonlyMap<string, EyeWord> = new Map([
  ...entries(CLEAR, true),
  ...entries(AMBIGUOUS, false),
]);

const WITHOUT_MARKS: ReadonlyMap<string, EyeWord> = new Map(
  [...EYE_WORDS].map(([word, meaning]) => [word.replace(/[\s._-]+/gu, ''), meaning]),
);

/**
 * What one word says of the eye, in any case and width, with or without dots and blanks.
 *
 * @returns `null` if it is the word of no eye
 * @example
 * eyeWord('O.D.') // { laterality: 'right', clear: true }
 * eyeWord('Ｌ') // { laterality: 'left', clear: false }
 */
export function eyeWord(text: string): EyeWord | null {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/gu, '');
  return WITHOUT_MARKS.get(plain) ?? null;
}
