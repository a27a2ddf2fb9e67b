import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { squashImage } from '../../decoding/pixels/squash.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { VisionSession } from '../../model/runtime/vision-session.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';

const BUNDLE = 'bundles/default';
let folder: string;
const at = (name: string) => join(folder, name);
/** What the vision tower alone says of each file: no code of the command tells one eye from the other here. */
const visual = new Map<string, number[]>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embed-'));
  const { left, right } = await generatePatient({ seed: 'embed', index: 1 });
  await writeFile(at('os.jpg'), left?.jpeg ?? '');
  await writeFile(at('od.jpg'), right?.jpeg ?? '');
  const bundle = await openBundle(BUNDLE);
  const vision = await VisionSession.load(bundle, { precision: 'fp32' });
  for (const name of ['os.jpg', 'od.jpg']) {
    const [square] = await squashImage(await readFile(at(name)), [vision.imageSize]);
    visual.set(name, [...(await vision.run(square?.pixels ?? new Uint8Array()))]);
  }
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

async function embed(...words: readonly string[]) {
  const done = await retclip(['model', 'embed', '--model', BUNDLE, '--json', ...words]);
  expect(done.stderr).toBe('');
  return JSON.parse(done.stdout);
}

describe('retclip model embed', { timeout: 60_000 }, () => {
  it('says of each eye what its own photograph shows', async () => {
    const found = await embed('--left', at('os.jpg'), '--right', at('od.jpg'));
    const swapped = await embed('--left', at('od.jpg'), '--right', at('os.jpg'));
    const near = (a: number[], b: number[] = []) =>
      Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 9))));
    expect(near(found.left_visual, visual.get('os.jpg'))).toBeLessThan(1e-4);
    expect(near(found.right_visual, visual.get('od.jpg'))).toBeLessThan(1e-4);
    expect(near(found.left_visual, found.right_visual)).toBeGreaterThan(1e-2);
    expect(near(swapped.left_visual, visual.get('od.jpg'))).toBeLessThan(1e-4);
    expect(near(swapped.patient, found.patient)).toBeGreaterThan(1e-3);
  });

  it('has nothing of an eye that is not given', async () => {
    const found = await embed('--right', at('od.jpg'));
    expect(found.left_visual).toBeNull();
    expect(found.right_visual).toHaveLength(visual.get('od.jpg')?.length ?? 0);
  });
});
