import { expect, it } from 'vitest';
import { detect } from './detect.ts';

it('reads two logits a photograph: that it is a left eye, then that it is gradable', async () => {
  const run = async (pixels: Uint8Array) => {
    expect([...pixels]).toEqual([1, 2]);
    return Float32Array.of(0, Math.log(3), -Math.log(4), Math.log(9));
  };
  // The logistic function of log(a) is a / (1 + a).
  expect(await detect({ run } as never, Uint8Array.of(1, 2))).toEqual([
    { left: 0.5, gradable: expect.closeTo(0.75, 6) },
    { left: expect.closeTo(0.2, 6), gradable: expect.closeTo(0.9, 6) },
  ]);
});
