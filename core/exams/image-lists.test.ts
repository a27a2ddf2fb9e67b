import { describe, expect, it } from 'vitest';
import {
  currentImage,
  currentImages,
  type ExamImage,
  requestedImage,
  requestedImages,
} from './exam-image.ts';
import { imagesOfResult } from './exam-result.ts';
import { imagesOfEyes, mergeExpected } from './expected-images.ts';
import { imageOfLevel, withImages } from './finding-image.ts';
import { requestIdOf } from './request-id.ts';

/** The `order`th image of an eye; no two are alike in anything. */
function image(laterality: 'left' | 'right', order: number, change: Partial<ExamImage> = {}): ExamImage {
  const sha256 = (laterality === 'left' ? 'a' : 'b').repeat(63) + order;
  return {
    ...{ key: `${laterality}-${order}.jpg`, versionId: `v-${laterality}-${order}`, sha256 },
    ...{ bytes: 100 * order + (laterality === 'left' ? 1 : 2), order: `2026-05-01#${order}` },
    ...{ laterality, field: laterality === 'left' ? 'macula' : 'disc', state: 'current' },
    ...change,
  };
}

const IMAGES = [
  image('right', 1),
  image('left', 2),
  image('right', 4, { state: 'withdrawn' }),
  image('left', 3),
  image('left', 9, { state: 'replaced' }),
  image('right', 2),
  image('right', 7, { laterality: null, state: 'replaced' }),
];

describe("an exam's images", () => {
  it('that count are those of the eye, the newest first', () => {
    const keys = (eye: 'left' | 'right') => currentImages(IMAGES, eye).map(({ key }) => key);
    expect([keys('left'), keys('right')]).toEqual([
      ['left-3.jpg', 'left-2.jpg'],
      ['right-2.jpg', 'right-1.jpg'],
    ]);
    const exam = { images: IMAGES };
    expect([currentImage(exam, 'left')?.key, currentImage(exam, 'right')?.key]).toEqual([
      ...['left-3.jpg', 'right-2.jpg'],
    ]);
    expect(currentImage({ images: [image('right', 1)] }, 'left')).toBeNull();
  });

  it('that are asked about are all that count, the left eye first and the newest of each, with what the worker needs', () => {
    const asked = requestedImages({ images: IMAGES });
    const left = { versionId: 'v-left-3', sha256: `${'a'.repeat(63)}3`, bytes: 301, order: '2026-05-01#3' };
    const right = { versionId: 'v-right-1', sha256: `${'b'.repeat(63)}1`, bytes: 102, order: '2026-05-01#1' };
    expect(asked[0]).toEqual({
      ...{ key: 'left-3.jpg', ...left, laterality: 'left', field: 'macula', pixelsSha256: null },
    });
    expect(asked[3]).toEqual({
      ...{ key: 'right-1.jpg', ...right, laterality: 'right', field: 'disc', pixelsSha256: null },
    });
    expect(asked.map(({ key }) => key)).toEqual(['left-3.jpg', 'left-2.jpg', 'right-2.jpg', 'right-1.jpg']);
    expect([requestedImage(asked, 'left')?.key, requestedImage(asked, 'right')?.key]).toEqual([
      ...['left-3.jpg', 'right-2.jpg'],
    ]);
    expect(requestedImage(asked.slice(2), 'left')).toBeNull();
    expect(requestedImages({ images: [image('right', 1)] }).map(({ laterality }) => laterality)).toEqual([
      'right',
    ]);
  });

  it('of the same bytes are asked about once, by the name that came first; of the other eye they are another', () => {
    const { sha256 } = image('left', 1);
    const images = [
      image('left', 3, { sha256 }),
      image('left', 1),
      image('left', 2, { sha256 }),
      image('right', 5, { sha256 }),
    ];
    const keys = (list: readonly ExamImage[]) => requestedImages({ images: list }).map(({ key }) => key);
    expect(keys(images)).toEqual(['left-1.jpg', 'right-5.jpg']);
    expect(keys(images.toReversed())).toEqual(['left-1.jpg', 'right-5.jpg']);
    expect(currentImages(images, 'left')).toHaveLength(3);
  });
});

describe('what an uploader announces', () => {
  it('is a number of images of each eye', () => {
    expect([imagesOfEyes('left'), imagesOfEyes('right'), imagesOfEyes('both')]).toEqual([
      { left: 1, right: 0 },
      { left: 0, right: 1 },
      { left: 1, right: 1 },
    ]);
  });

  it('of several announcements is the larger number of each eye, in whichever order they come', () => {
    const [a, b] = [
      { left: 2, right: null },
      { left: 1, right: 3 },
    ];
    expect([mergeExpected(a, b), mergeExpected(b, a)]).toEqual([
      { left: 2, right: 3 },
      { left: 2, right: 3 },
    ]);
    const none = { left: null, right: null };
    expect(mergeExpected(none, { left: 0, right: 1 })).toEqual({ left: 0, right: 1 });
    expect(mergeExpected(a, none)).toBe(a);
    expect(mergeExpected(a, { left: 1, right: null })).toBe(a);
  });
});

describe("a result's images", () => {
  const eyes = {
    left: { image: image('left', 1) },
    right: { image: image('right', 2) },
  } as never;

  it('are those of their own eyes', () => {
    expect(imagesOfResult({ eyes })).toEqual({ left: `${'a'.repeat(63)}1`, right: `${'b'.repeat(63)}2` });
    expect(imagesOfResult({ eyes: { left: null, right: (eyes as { right: never }).right } })).toEqual({
      ...{ left: null, right: `${'b'.repeat(63)}2` },
    });
  });

  it('are named by findings of an eye, not by those of the patient', () => {
    const levels = ['left', 'right', 'patient'] as const;
    expect(levels.map((level) => imageOfLevel(level, eyes))).toEqual(['left-1.jpg', 'right-2.jpg', null]);
    const found = withImages([{ level: 'right' as const, label: 'amd' }], eyes);
    expect(found).toEqual([{ level: 'right', label: 'amd', image: 'right-2.jpg' }]);
    expect(imageOfLevel('left', { left: null, right: (eyes as { right: never }).right })).toBeNull();
  });
});

/**
 * Ids were computed by Python: `hashlib.sha256(json.dumps(work, separators=(',', ':')).encode()).hexdigest()[:32]`, of
 * `["screening/1", exam, [left, right], [model, preprocessing, heads]]` and, with a contract, of
 * `["screening/2", exam, [[left…], [right…]], [contract, model, preprocessing, heads, rule]]`. They never change: what
 * was screened stays done.
 */
describe('the id of screening work', () => {
  const exam = { program: 'north', patient: 'P1', exam: '2026-05-01' };
  const folder = 'images/north/P1/2026-05-01';
  const asked = (laterality: 'left' | 'right', name: string, versionId: string, letter: string) => ({
    ...{ key: `${folder}/${name}.jpg`, versionId, sha256: letter.repeat(64), bytes: 1, order: versionId },
    ...{ laterality, field: null, pixelsSha256: null },
  });
  const left = asked('left', 'left', 'v1', 'a');
  const right = asked('right', 'right', 'v2', 'b');
  const heads = [
    { name: 'odir', id: 'h1' },
    { name: 'amd', id: 'h2' },
  ];
  const model = { model: 'm1', preprocessing: 'squash', heads };
  const idOf = (images: readonly (typeof left)[], contract: string | null = null) =>
    requestIdOf(exam, { images, contract, model });

  it('tells the left eye from the right one, and does not hang on the order of a list', () => {
    expect(idOf([left, right])).toBe('db42c1240a8b487f63449de710b0af50');
    expect(idOf([right, left])).toBe('db42c1240a8b487f63449de710b0af50');
    expect(idOf([left])).toBe('2cab8d4165d29eecae5efd06ead76279');
    expect(idOf([right])).toBe('8d1871b04916749ebf6ead73c6d6ec9e');
    expect(idOf([{ ...left, laterality: 'right' }])).not.toBe('2cab8d4165d29eecae5efd06ead76279');
  });

  it('names the contract and every image of an eye where there are several', () => {
    const second = asked('left', 'left-2', 'v3', 'c');
    expect(idOf([left, second, right], 'c1')).toBe('74e0f8c6b20d53c4cc1cdbaced4031dd');
    expect(idOf([right, second, left], 'c1')).toBe('74e0f8c6b20d53c4cc1cdbaced4031dd');
    expect(idOf([left, second, right], 'c2')).not.toBe('74e0f8c6b20d53c4cc1cdbaced4031dd');
  });

  it('names the rule of one image where no eye has more', () => {
    expect(idOf([left, right], 'c1')).toBe('db237bf251109a816f5bf7c20ecbb50b');
    expect(idOf([left], 'c1')).toBe('f6f345d3d82046326adf0a95ab63bdf3');
  });
});
