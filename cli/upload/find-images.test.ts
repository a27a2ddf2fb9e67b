import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { findImages } from './find-images.ts';

/** A picture of one colour: every file has a content of its own. */
const picture = (red: number) =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: { r: red, g: 9, b: 9 } } })
    .jpeg()
    .toBuffer();

it("gives each patient's eyes their own files, and null for an eye that is not there", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photographs-'));
  const names = ['P1_OD.jpg', 'P1_OS.jpg', 'P2_left.jpg', 'P2_right.jpg', 'P3_right.jpg', 'P2_left_disc.jpg'];
  try {
    for (const [index, name] of names.entries())
      await writeFile(join(folder, name), await picture(20 * index));
    const options = { acceptDoubts: ['all'] };
    const { exams, refused } = await findImages(folder, options, null);
    const found = exams.map(({ patient, left, right }) => [patient, left, right]);
    const at = (name: string) => join(folder, name);
    expect(found.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
      ['P1', at('P1_OS.jpg'), at('P1_OD.jpg')],
      ['P2', at('P2_left.jpg'), at('P2_right.jpg')],
      ['P3', null, at('P3_right.jpg')],
    ]);
    expect(refused).toEqual([
      {
        path: at('P2_left_disc.jpg'),
        reason: expect.stringMatching(/one photograph of each eye.*P2_left\.jpg/),
      },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
