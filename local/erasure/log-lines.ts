import { open } from 'node:fs/promises';
import { mentions } from '../../core/pseudonyms/mentions.ts';
import { isMissing } from '../storage-errors.ts';

const CHUNK_BYTES = 1_024 * 1_024;
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Blanks the lines of a log that name a patient: spaces take their place, byte for byte. Nothing moves, so that others may
 * append to the file in the same moment; a line that they have written half is left for the next time.
 *
 * @returns how many lines
 */
export async function blankLogLines(file: string, patient: string): Promise<number> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    handle = await open(file, 'r+');
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
  try {
    let [blanked, start] = [0, 0];
    let rest = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, start + rest.length);
      if (bytesRead === 0) break;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
        if (mentions(bytes.toString('utf8', from, end), patient)) {
          await handle.write(Buffer.alloc(end - from, SPACE), 0, end - from, start + from);
          blanked += 1;
        }
        from = end + 1;
      }
      start += from;
      rest = bytes.subarray(from);
    }
    if (blanked > 0) await handle.datasync();
    return blanked;
  } finally {
    await handle.close();
  }
}
