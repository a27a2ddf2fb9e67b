import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FRAMES } from '../../decoding/testing/frames.ts';
import { prepareImage } from '../../judging/index.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'squares-'));
  const { left, right } = await generatePatient({ seed: 'squares', index: 1, size: 300 });
  await mkdir(join(folder, 'set/images'), { recursive: true });
  await writeFile(
    join(folder, 'set/images/1_left.jpg'),
    await FRAMES['a frame of 16:9'](left?.jpeg ?? Buffer.alloc(0)),
  );
  await writeFile(join(folder, 'set/images/1_right.jpg'), right?.jpeg ?? '');
  await writeFile(join(folder, 'set/images/2_left.jpg'), 'no photograph');
  await writeFile(join(folder, 'set/labels.csv'), 'patient,left,right\n');
});
afterAll(() => rm(folder, { recursive: true }));

it('writes what preparation gives a model, in a folder laid out alike, and names what it leaves out', async () => {
  const out = join(folder, 'out');
  const done = await retclip([
    'model',
    'squares',
    join(folder, 'set'),
    '--size',
    '96',
    '--out',
    out,
    '--json',
  ]);
  expect(JSON.parse(done.stdout)).toMatchObject({
    ...{ preprocessing: 'field-bicubic-v1', size: 96, written: 2 },
    leftOut: [{ item: 'images/2_left.jpg' }],
  });
  expect(await readFile(join(out, 'labels.csv'), 'utf8')).toBe('patient,left,right\n');
  for (const name of ['1_left.jpg', '1_right.jpg']) {
    const square = await sharp(await readFile(join(out, 'images', name)))
      .raw()
      .toBuffer();
    const { pixels } = await prepareImage(
      await readFile(join(folder, 'set/images', name)),
      96,
      'field-bicubic-v1',
    );
    expect(square.equals(Buffer.from(pixels ?? []))).toBe(true);
  }
}, 60_000);
