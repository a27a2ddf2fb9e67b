const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const brands = (...names: readonly string[]): string => `^.{8}${hex('ftyp')}(?:${names.map(hex).join('|')})`;

/** Pictures that are not read, by what their files begin with in hexadecimal digits, and what they are called. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  // ISO 23008-12, B.4: the brand stands behind the size and "ftyp".
  [new RegExp(brands('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1')), 'HEIC'],
  [new RegExp(brands('avif', 'avis')), 'AVIF'],
  // ISO 15444-1: the signature box, and a bare codestream.
  [/^(?:0000000c6a502020|ff4fff51)/, 'JPEG 2000'],
  [/^(?:ff0a|0000000c4a584c20)/, 'JPEG XL'],
  [new RegExp(`^${hex('BM')}`), 'BMP'],
  [new RegExp(`^${hex('GIF8')}`), 'GIF'],
  [new RegExp(`^.{256}${hex('DICM')}`), 'DICOM'],
  [new RegExp(`^${hex('%PDF')}`), 'PDF'],
];

/**
 * The name of a format that is known and not read, by content.
 *
 * @returns `null` for any other content
 * @example otherFormat(await readFile('IMG_0042.HEIC')) // 'HEIC'
 */
export function otherFormat(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 132)).toString('hex');
  return OTHERS.find(([pattern]) => pattern.test(start))?.[1] ?? null;
}
