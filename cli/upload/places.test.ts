import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withPlaces } from './places.ts';
import type { FoundImage } from './planned-image.ts';

function found(laterality: 'left' | 'right', path: string, field: FoundImage['field'] = null): FoundImage {
  const file = { path, bytes: 1, modified: 1, contentType: 'image/png', extension: 'png', takenOn: null };
  return { path, exam: { program: 'north', patient: 'P1', exam: '1' }, laterality, field, file };
}

const named = (images: readonly FoundImage[], hashes = new Map<string, string>()) =>
  withPlaces(images, hashes).images.map(({ path, laterality, place }) => [path, laterality, place].join(' '));

it('an eye with one photograph has it without a place if it shows the macula: a disc alone replaces none', () => {
  expect(named([found('left', 'a', 'disc'), found('right', 'b'), found('right', 'c', 'disc')])).toEqual([
    ...['a left disc', 'b right ', 'c right disc'],
  ]);
  expect(named([found('left', 'a', 'macula'), found('right', 'b', 'other')])).toEqual([
    'a left ',
    'b right other',
  ]);
});

it('several have their fields and numbers, the first of an unknown field none', () => {
  const images = [
    ...[found('left', 'a', 'disc'), found('left', 'b'), found('left', 'c', 'macula'), found('left', 'd')],
    ...[found('left', 'e', 'disc'), found('left', 'f', 'other')],
  ];
  expect(named(images)).toEqual([
    ...['a left disc', 'b left ', 'c left macula', 'd left 2', 'e left disc-2', 'f left other'],
  ]);
});

it('the same bytes have one place, that of the field that tells most; of the other eye they have their own', () => {
  const hashes = new Map(['a', 'b', 'd'].map((path) => [path, 'same']));
  const images = [
    found('left', 'a', 'disc'),
    found('left', 'b', 'macula'),
    found('left', 'c'),
    found('right', 'd'),
  ];
  expect(named(images, hashes)).toEqual(['a left macula', 'b left macula', 'c left ', 'd right ']);
});

it('no two photographs of an eye with different bytes have one place', () => {
  const image = fc.record({
    eye: fc.constantFrom<'left' | 'right'>('left', 'right'),
    field: fc.constantFrom<FoundImage['field']>(null, 'macula', 'disc', 'other'),
    content: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(image, { maxLength: 30 }), (drawn) => {
      const images = drawn.map(({ eye, field }, index) => found(eye, `${index}`, field));
      const hashes = new Map(drawn.map(({ content }, index) => [`${index}`, `${content}`]));
      const { images: planned, refused } = withPlaces(images, hashes);
      const contentOf = new Map<string, string | undefined>();
      for (const { laterality, place, path } of planned) {
        const name = `${laterality}-${place}`;
        expect(contentOf.get(name) ?? hashes.get(path)).toBe(hashes.get(path));
        contentOf.set(name, hashes.get(path));
      }
      expect(planned.length + refused.length).toBe(drawn.length);
      const eyes = ['left-', 'right-'].map((eye) =>
        [...contentOf.keys()].filter((key) => key.startsWith(eye)),
      );
      expect(Math.max(...eyes.map(({ length }) => length))).toBeLessThanOrEqual(12);
    }),
  );
});
