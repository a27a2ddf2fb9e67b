import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jpegBomb, webpBomb } from '../../phantoms/hostile/index.ts';
import { DecoderProcess } from './decoder-process.ts';
import type { SquaresTask } from './decoding-messages.ts';

const TASK: SquaresTask = {
  contract: 'squash-bicubic-v1',
  sides: [32],
  mostBytes: 2 ** 30,
  mostMilliseconds: 60_000,
};
let child: DecoderProcess;

beforeEach(async () => {
  child = new DecoderProcess();
  await child.ready;
});
afterEach(() => child.kill());

/** Past every look at the header: what the child itself does with a file. */
async function answerOf(file: Uint8Array, task: Partial<SquaresTask> = {}): Promise<Record<string, unknown>> {
  const end = await child.run({ ...TASK, ...task }, file, 60_000);
  if (end.kind !== 'answered') throw new Error(`Expected an answer but it ${JSON.stringify(end)}.`);
  return end.answer as unknown as Record<string, unknown>;
}

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="9" height="9"/></svg>';
const gif = () =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#a04020' } })
    .gif()
    .toBuffer();

describe('the decoder of a child', () => {
  it('has no loader but the four, whatever the bytes begin with', async () => {
    const files: [string, Buffer, boolean][] = [
      ['an SVG', Buffer.from(SVG), true],
      ['a GIF', await gif(), true],
      [
        'an AVIF',
        await sharp(await gif())
          .avif({ effort: 0 })
          .toBuffer(),
        true,
      ],
      [
        'a PDF',
        Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
        false,
      ],
      ['a PPM', Buffer.from('P6 2 1 255 \x01\x02\x03\x04\x05\x06', 'latin1'), false],
      ['a FITS', Buffer.from('SIMPLE  =                    T'.padEnd(2_880)), false],
    ];
    for (const [name, file, isKnown] of files) {
      // What libvips reads in this process, where nothing is blocked: otherwise the test could not fail.
      const here = await sharp(file)
        .metadata()
        .then(
          () => true,
          () => false,
        );
      if (isKnown) expect(here, name).toBe(true);
      // Not "is svg": then its loader would have seen it.
      const detail = 'The file is no JPEG, PNG, TIFF or WebP picture.';
      expect(await answerOf(file), name).toMatchObject({
        kind: 'refused',
        reason: 'unreadable-file',
        detail,
      });
    }
  });

  it('is ended by its processor time where a file took more than its header told', async () => {
    const file = jpegBomb({ width: 2_048, height: 2_048, components: 1, emptyScans: 20_000 });
    const answer = await answerOf(file, { mostMilliseconds: 200 });
    expect(answer).toMatchObject({ kind: 'over', reason: 'too-slow-to-decode' });
    expect(answer.measured).toMatchObject({ mostMilliseconds: 200 });
  });

  it('is ended by its memory', async () => {
    const answer = await answerOf(webpBomb(12_000, 9_000), { mostBytes: 100 * 2 ** 20 });
    expect(answer).toMatchObject({ kind: 'over', reason: 'too-much-memory' });
    expect(answer.residentBytes).toBeLessThan(700 * 2 ** 20);
  });
});
