/**
 * The form of an id: its letters, and runs of digits as one sign. Ids of one numbering have one form.
 *
 * @example idFamily('P007') // 'p9'
 */
export function idFamily(id: string): string {
  return id
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]+/gu, '-')
    .replace(/\d+/gu, '9');
}

/** Whether two texts are one id, apart from case and separators. */
export function isSameId(a: string, b: string): boolean {
  const plain = (id: string): string =>
    id
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s_.-]/gu, '');
  return plain(a) === plain(b);
}

/**
 * What stands behind a folder's name in an id that begins with it: `P7_001` in the folder `P7`.
 *
 * @returns `null` if the id does not begin so, or something other than a number follows
 */
export function numberBehind(folder: string, id: string): string | null {
  const rest = id.normalize('NFKC').toLowerCase();
  const start = folder.normalize('NFKC').toLowerCase();
  if (!rest.startsWith(start)) return null;
  return /^[\s_.-]+(\d+)$/u.exec(rest.slice(start.length))?.[1] ?? null;
}
