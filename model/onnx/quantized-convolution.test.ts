import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relu6Range, signedRange, sumDistribution } from './activation-range.ts';
import { quantizeConvolution } from './quantized-convolution.ts';

const distribution = (...channels: [mean: number, deviation: number][]) => ({
  means: Float64Array.from(channels, ([mean]) => mean),
  deviations: Float64Array.from(channels, ([, deviation]) => deviation),
});

describe('quantized kernels', () => {
  const number = fc.double({ min: -8, max: 8, noNaN: true });
  const channel = fc.record({ kernels: fc.array(number, { minLength: 3, maxLength: 3 }), bias: number });

  it('stand for the given ones within half a step, and fit the bits that products leave them', () => {
    fc.assert(
      fc.property(fc.array(channel, { minLength: 1, maxLength: 4 }), (channels) => {
        const kernels = Float64Array.from(channels.flatMap((one) => one.kernels));
        const biases = Float64Array.from(channels, ({ bias }) => bias);
        const found = quantizeConvolution(kernels, biases, 0.02);
        for (const [place, value] of kernels.entries()) {
          const step = found.scales[Math.floor(place / 3)] ?? 0;
          expect(Math.abs(found.kernels[place] ?? 0)).toBeLessThanOrEqual(63);
          expect(Math.abs((found.kernels[place] ?? 0) * step - value)).toBeLessThanOrEqual(step * 0.501);
        }
        for (const [output, bias] of biases.entries()) {
          const step = (found.scales[output] ?? 0) * 0.02;
          expect(Math.abs((found.biases[output] ?? 0) * step - bias)).toBeLessThanOrEqual(step * 0.501);
        }
      }),
    );
  });

  it('keep the bias of a channel that training has given up', () => {
    const found = quantizeConvolution(Float64Array.of(1e-13, -1e-13, 0, 0), Float64Array.of(5.5, -2), 0.02);
    for (const [output, bias] of [5.5, -2].entries()) {
      expect((found.biases[output] ?? 0) * (found.scales[output] ?? 0) * 0.02).toBeCloseTo(bias, 2);
    }
  });
});

describe('the range of a value', () => {
  it('reaches four deviations from the means and holds 0', () => {
    const { scale, zero } = signedRange(distribution([1, 0.5], [-2, 1]));
    expect(scale * 255).toBeCloseTo(9);
    expect(zero).toBe(170);
    expect(signedRange(distribution([10, 1])).zero).toBe(0);
  });

  it('ends at 6 behind ReLU6, or before it where nothing reaches so far', () => {
    expect(relu6Range(distribution([5, 2])).scale * 255).toBeCloseTo(6);
    expect(relu6Range(distribution([1, 0.25])).scale * 255).toBeCloseTo(2);
  });

  it.each([signedRange, relu6Range])('of nothing at all is still a range', (range) => {
    expect(range(distribution([0, 0]))).toEqual({ scale: 1, zero: 0 });
  });

  it('of a sum has the sum of the means and of the variances', () => {
    const sum = sumDistribution(distribution([1, 3]), distribution([2, 4]));
    expect(sum).toEqual(distribution([3, 5]));
  });
});
