import { createHash, createHmac } from 'node:crypto';
import { basename, extname } from 'node:path';

/**
 * By what the system tells files apart, so that a file of another name takes no photograph's place: a hash of the name
 * without folder and extension, in one spelling. The name itself stays here; where patients are pseudonyms, the hash has
 * their key.
 *
 * @param key of the pseudonyms; `null` where names go as they are
 * @returns 64 hexadecimal digits
 * @example sourceOfFile('day1/P7_LEFT.jpg', null) === sourceOfFile('day2/p7_left.png', null)
 */
export function sourceOfFile(path: string, key: Uint8Array | null): string {
  const name = basename(path, extname(path)).normalize('NFC').toLowerCase();
  const hash = key === null ? createHash('sha256') : createHmac('sha256', key);
  return hash.update(JSON.stringify(['file', name])).digest('hex');
}
