import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { PreparationPool } from './preparation-pool.ts';

const pool = new PreparationPool(1, 224);
afterAll(() => pool.close());

it('makes two JPEGs of a photograph for readers, and says what lies around its field', async () => {
  const circle =
    '<svg width="3000" height="2400"><circle cx="1500" cy="1200" r="1100" fill="#c05030"/></svg>';
  const caption =
    '<svg width="3000" height="2400"><rect x="30" y="40" width="300" height="80" fill="#ffffff"/></svg>';
  const file = await sharp({ create: { width: 3_000, height: 2_400, channels: 3, background: '#000000' } })
    .composite([{ input: Buffer.from(circle) }, { input: Buffer.from(caption) }])
    .withExif({ IFD0: { Artist: 'Zhang Wei' } })
    .jpeg()
    .toBuffer();
  const { pictures, refusal } = await pool.render(file);
  expect(refusal).toBeNull();
  if (pictures === null) return;
  const [large, small] = await Promise.all(
    [pictures.rendition, pictures.thumbnail].map((picture) => sharp(picture).metadata()),
  );
  expect([large?.format, large?.width, large?.height]).toEqual(['jpeg', 2_048, 1_638]);
  expect([small?.format, small?.width, small?.height]).toEqual(['jpeg', 256, 205]);
  expect(large?.exif).toBeUndefined();
  expect(pictures.burntIn.outside).toBe('blackened');
  const [x, y] = [60, 50];
  const corner = sharp(pictures.rendition).extract({ left: x, top: y, width: 60, height: 20 });
  expect(Math.max(...(await corner.raw().toBuffer()))).toBeLessThan(12);
});

it('says why a file gives no picture', async () => {
  const { pictures, refusal } = await pool.render(Buffer.from('no picture'));
  expect(pictures).toBeNull();
  expect(refusal?.reason).toBe('unreadable-file');
});
