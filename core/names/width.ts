const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * A name in Unicode normal form C with full-width letters, digits and signs in their ordinary width, sign by sign: places
 * in it are places in the name's normal form C.
 *
 * @example ordinaryWidth('Ｐ１＿ＯＤ') // 'P1_OD'
 */
export function ordinaryWidth(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\uff01-\uff5e]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replaceAll('\u3000', ' ');
}

/** What two ids have in common if they differ only by case, width, separators or leading zeros. */
export function lookAlikeForm(id: string): string {
  return id
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]+/gu, '-')
    .replace(/(?<!\d)0+(?=\d)/gu, '');
}
