import type { Random } from '../random.ts';

/** A printed page: heading, paragraphs of words and a table. Words are bars, so no font of the machine matters. */
export function drawDocument(random: Random, height: number): string {
  const shapes = [`<rect width="100" height="${height}" fill="#f6f4ef"/>`];
  const bar = (x: number, y: number, width: number, thick: number, colour: string) =>
    shapes.push(`<rect x="${x}" y="${y}" width="${width}" height="${thick}" rx="0.3" fill="${colour}"/>`);
  bar(10, 9, random.uniform(35, 60), 3, '#1d2b46');
  let y = 18;
  while (y < height * 0.72) {
    const lines = random.integer(3, 7);
    for (let line = 0; line < lines; line++) {
      const end = line === lines - 1 ? random.uniform(25, 70) : random.uniform(86, 90);
      for (let x = 10; x < end; ) {
        const word = random.uniform(2, 9);
        bar(x, y, Math.min(word, end - x), 1.1, '#333');
        x += word + 1.2;
      }
      y += 2.2;
    }
    y += 2.5;
  }
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 4; column++) {
      const x = 10 + column * 20;
      shapes.push(
        `<rect x="${x}" y="${y + row * 5}" width="20" height="5" fill="none" stroke="#555" stroke-width="0.25"/>`,
      );
      bar(x + 2, y + row * 5 + 2, random.uniform(4, 15), 1, '#333');
    }
  }
  return shapes.join('');
}
