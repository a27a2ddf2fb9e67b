import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Precision, precisionText } from '../activation/precisions.ts';
import { type Head, headId, parseHead } from './head.ts';
import { OtherPrecisionError, refuseOtherPrecision, refuseUnofferedPrecision } from './precision-binding.ts';

const former = async (): Promise<Head> => {
  const path = fileURLToPath(new URL('former/head-1.json', import.meta.url));
  return parseHead(await readFile(path, 'utf8'), path);
};

describe('a head and the precision of its features', () => {
  it.each<[Precision | undefined, Precision | null, Precision[], boolean]>([
    ['fp32', 'fp32', ['fp32'], true],
    [undefined, null, [], true],
    [undefined, 'fp32', ['fp32'], true],
    ['fp32', null, [], true],
    ['int8', 'int8', ['fp32'], true],
    ['fp16', 'fp32', ['fp32', 'fp16'], true],
    [undefined, 'fp16', ['fp32', 'fp16'], true],
    ['fp32', 'int8', ['fp32'], false],
    ['int8', 'fp32', ['fp32'], false],
    ['int8', 'fp32', ['int8'], false],
    [undefined, 'int8', ['fp32', 'fp16'], false],
    ['int8', null, [], false],
    ['fp16', 'int8', ['fp32', 'fp16'], false],
  ])('fitted on %s, given %s where %s are equal: %s', async (fitted, precision, equivalents, fits) => {
    const { precision: _, ...head } = await former();
    const bound = fitted === undefined ? head : { ...head, precision: fitted };
    const read = () => refuseOtherPrecision(bound, { precision, equivalents }, 'features file "f"');
    if (fits) expect(read).not.toThrow();
    else {
      expect(read).toThrow(OtherPrecisionError);
      expect(read).toThrow(`fitted on features in ${precisionText(fitted)}, but features file "f" gives`);
    }
  });

  it('may not be made live where its precision is not offered', async () => {
    const head = await former();
    const bound: Head = { ...head, precision: 'int8' };
    expect(() => refuseUnofferedPrecision(head)).not.toThrow();
    expect(() => refuseUnofferedPrecision(bound, ['fp32', 'int8'])).not.toThrow();
    expect(() => refuseUnofferedPrecision(bound)).toThrow(OtherPrecisionError);
    expect(() => refuseUnofferedPrecision(bound, [])).toThrow('the active model offers none.');
    expect(() => refuseUnofferedPrecision(bound, ['fp32', 'fp16'])).toThrow(/in int8, .* offers fp32, fp16/);
  });
});

describe('a head of a former release', () => {
  it('is read without a precision and keeps its id; one that names it is another head', async () => {
    const head = await former();
    expect(head).not.toHaveProperty('precision');
    expect(headId(head)).toBe('ec54d66945c3263fb26789f7d4682d9d');
    expect(headId({ ...head, precision: 'fp32' })).not.toBe(headId(head));
    expect(precisionText(head.precision)).toBe('unknown, read as fp32');
  });
});
