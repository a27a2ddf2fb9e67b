import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { SIDE } from './picture.ts';

const TILE = 150;
const COLUMNS = 8;
const MOST = 48;

/** A picture and what is said of it. */
export interface Tile {
  readonly pixels: Uint8Array;
  readonly text: string;
}

function label(text: string): Buffer {
  const safe = text.replace(/[<&]/g, ' ');
  return Buffer.from(
    `<svg width="${TILE}" height="14"><rect width="${TILE}" height="14" fill="#000"/><text x="2" y="11" font-size="10" font-family="monospace" fill="#fff">${safe}</text></svg>`,
  );
}

/** Writes pictures as one sheet, at most 48 of them, evenly taken from all. */
export async function writeSheet(folder: string, name: string, tiles: readonly Tile[]): Promise<void> {
  if (tiles.length === 0) return;
  mkdirSync(folder, { recursive: true });
  const step = Math.max(1, tiles.length / MOST);
  const chosen = Array.from(
    { length: Math.min(MOST, tiles.length) },
    (_, index) => tiles[Math.floor(index * step)] as Tile,
  );
  const parts = await Promise.all(
    chosen.flatMap(({ pixels, text }, index) => {
      const left = (index % COLUMNS) * TILE;
      const top = Math.floor(index / COLUMNS) * TILE;
      const picture = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .resize(TILE, TILE)
        .png()
        .toBuffer();
      return [
        picture.then((input) => ({ input, left, top })),
        Promise.resolve({ input: label(text), left, top: top + TILE - 14 }),
      ];
    }),
  );
  const rows = Math.ceil(chosen.length / COLUMNS);
  await sharp({ create: { width: COLUMNS * TILE, height: rows * TILE, channels: 3, background: '#222' } })
    .composite(parts)
    .png({ palette: true })
    .toFile(join(folder, `${name}.png`));
}
