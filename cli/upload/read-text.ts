import { WrongUseError } from '../errors.ts';

/** The text of a table, or why it cannot be known and what to do. */
export type TableText = { readonly text: string } | { readonly reason: string };

const SAVE_AS =
  'save it as "CSV UTF-8" (Excel: Save As, CSV UTF-8), or say what it is: --encoding gbk, windows-1252, latin1, big5, shift_jis, euc-kr, …';

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new WrongUseError(
        `There is no encoding "${encoding}". Those of the WHATWG Encoding Standard are known: utf-8, utf-16le, gbk, windows-1252, latin1, big5, shift_jis, euc-kr, …`,
      );
    }
    return null;
  }
}

/** UTF-16 without its mark: every other byte of plain letters is zero. */
function utf16Without(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, 200);
  const zeros = [0, 1].map((odd) => head.filter((byte, place) => place % 2 === odd && byte === 0).length);
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < head.length / 4) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/**
 * Reads the text of a table as spreadsheets save it: UTF-8 with or without its mark, UTF-16 of either order. Any other
 * encoding must be named: bytes alone do not tell GBK from Latin-1, and a wrong guess makes wrong patients.
 *
 * @param encoding that the operator has named, if any
 * @throws WrongUseError if there is no such encoding
 */
export function readText(bytes: Uint8Array, encoding?: string): TableText {
  const [first, second] = bytes;
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  const told = marked ?? encoding ?? utf16Without(bytes) ?? 'utf-8';
  const text = decoded(bytes, told);
  if (text !== null && !text.includes('\0')) return { text };
  if (told !== 'utf-8') return { reason: `the file is not ${told}: ${SAVE_AS}` };
  return { reason: `the file is not UTF-8: ${SAVE_AS}` };
}
