import { describe, expect, it } from 'vitest';
import type { Bundle } from '../bundle/index.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { bestPrecision } from './best-precision.ts';
import type { ExecutionProvider } from './execution-provider.ts';

function bundleWith(...precisions: Precision[]): Bundle {
  const variants = Object.fromEntries(precisions.map((name) => [name, { vision: `vision.${name}.onnx` }]));
  return {
    ...{ directory: 'some', heads: [], policies: [] },
    manifest: { variants } as unknown as Bundle['manifest'],
  };
}

describe('the precision of a bundle', () => {
  it.each<[Precision[], ExecutionProvider, Precision]>([
    [['fp32', 'fp16', 'int8'], 'cpu', 'fp32'],
    [['fp32', 'fp16', 'int8'], 'cuda', 'fp16'],
    [['fp32'], 'cpu', 'fp32'],
    [['fp32'], 'cuda', 'fp32'],
    [['fp16'], 'cpu', 'fp16'],
    [['int8', 'fp16'], 'cpu', 'int8'],
    [['int8'], 'cuda', 'int8'],
  ])('of %s is on %s %s', (present, provider, expected) => {
    expect(bestPrecision(bundleWith(...present), provider)).toBe(expected);
  });

  it('is the wanted one where there is one', () => {
    expect(bestPrecision(bundleWith('fp32', 'int8'), 'cpu', 'int8')).toBe('int8');
  });

  it('that is missing is refused with those that are there', () => {
    const choose = () => bestPrecision(bundleWith('fp32', 'fp16'), 'cpu', 'int8');
    expect(choose).toThrow(BundleError);
    expect(choose).toThrow(/no int8 variant, only fp32, fp16/);
  });
});
