import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { imageVersion, preparedFacts } from '../testing/records.ts';
import { contentsOfResult } from './exam-result.ts';
import { eyeResultOf } from './eye-result.ts';
import type { FoundImage } from './primary-image.ts';

function found(version: number, name = 'left.jpg'): FoundImage {
  const image = { ...imageVersion('left', version), key: `images/north/P1/2026-05-01/${name}` };
  return { image, field: null, facts: preparedFacts('left') };
}
const [macula, disc] = [found(1), found(2, 'left-disc.jpg')];
const contents = (...images: FoundImage[]) =>
  contentsOfResult({ eyes: { left: eyeResultOf('left', images), right: null } });

it('is, of an eye with one image, the SHA-256 of that image, as verdicts of former releases have it', () => {
  expect(contents(macula)).toEqual({ left: macula.image.sha256, right: null });
});

it('is another with each image that an eye gets or loses, so that no verdict holds over what its reader has not seen', () => {
  const both = [macula.image.sha256, disc.image.sha256].sort().join(' ');
  expect(contents(macula, disc).left).toBe(createHash('sha256').update(both).digest('hex'));
  expect(contents(disc, macula)).toEqual(contents(macula, disc));
  const others = [
    contents(macula),
    contents(disc),
    contents(macula, disc),
    contents(macula, found(3, 'left-disc.jpg')),
  ];
  expect(new Set(others.map(({ left }) => left)).size).toBe(4);
});

it('is told by names where a result of a former release does not say its contents', () => {
  const eye = eyeResultOf('left', [macula, disc]);
  if (eye === null) throw new Error('Expected an eye.');
  const former = { ...eye, images: eye.images.map(({ sha256: _, ...image }) => image) };
  const names = ['images/north/P1/2026-05-01/left-disc.jpg', 'images/north/P1/2026-05-01/left.jpg'].join(' ');
  expect(contentsOfResult({ eyes: { left: former, right: null } }).left).toBe(
    createHash('sha256').update(names).digest('hex'),
  );
});
