import { expect, it } from 'vitest';
import { detect } from './detect.ts';

it('reads two logits of a photograph: that it is a left eye, then that it is gradable', async () => {
  const run = async (pixels: Uint8Array) => {
    expect([...pixels]).toEqual([1, 2, 3]);
    return Float32Array.of(-Math.log(4), Math.log(9));
  };
  // The logistic function of log(a) is a / (1 + a).
  expect(await detect({ run }, Uint8Array.of(1, 2, 3), 0.9)).toEqual({
    left: expect.closeTo(0.2, 6),
    gradable: expect.closeTo(0.9, 6),
    threshold: 0.9,
  });
});
