import { describe, expect, it } from 'vitest';
import type { Bundle } from '../bundle/index.ts';
import { agreementOf } from '../bundle/testing/agreement.ts';
import { BundleError, UnverifiedPrecisionError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { bestPrecision } from './best-precision.ts';
import type { ExecutionProvider } from './execution-provider.ts';

/** A bundle that has some precisions; those marked with a star have evidence. */
function bundleWith(...names: string[]): Bundle {
  const variants = Object.fromEntries(
    names.map((name) => [
      name.replace('*', ''),
      { vision: `vision.${name}.onnx`, ...(name.endsWith('*') ? { agreement: agreementOf() } : {}) },
    ]),
  );
  return {
    ...{ directory: 'some', heads: [], policies: [] },
    manifest: { variants, heads: [] } as unknown as Bundle['manifest'],
  };
}

describe('the precision of a bundle', () => {
  it.each<[string[], ExecutionProvider, Precision]>([
    [['fp32', 'fp16*', 'int8*'], 'cpu', 'fp32'],
    [['fp32', 'fp16*', 'int8*'], 'cuda', 'fp16'],
    [['fp32', 'fp16', 'int8*'], 'cuda', 'fp32'],
    [['fp32'], 'cpu', 'fp32'],
    [['fp32', 'int8'], 'cpu', 'fp32'],
    [['fp32'], 'cuda', 'fp32'],
  ])('of %s is on %s %s', (present, provider, expected) => {
    expect(bestPrecision(bundleWith(...present), provider)).toBe(expected);
  });

  it('is the wanted one where it is offered', () => {
    expect(bestPrecision(bundleWith('fp32', 'int8*'), 'cpu', { wanted: 'int8' })).toBe('int8');
  });

  it('that is not offered is refused with the way out, and taken where that is accepted', () => {
    const bundle = bundleWith('fp32', 'int8');
    const choose = () => bestPrecision(bundle, 'cpu', { wanted: 'int8' });
    expect(choose).toThrow(UnverifiedPrecisionError);
    expect(choose).toThrow(/does not offer int8: .*not compared.*Choose fp32;.*verify "some" --photographs/);
    expect(choose).toThrow(/--accept-unverified .*RETCLIP_ACCEPT_UNVERIFIED=true/);
    expect(bestPrecision(bundle, 'cpu', { wanted: 'int8', acceptUnverified: true })).toBe('int8');
    expect(bestPrecision(bundle, 'cuda', { acceptUnverified: true })).toBe('fp32');
  });

  it('is none where nothing is offered, unless that is accepted', () => {
    const choose = () => bestPrecision(bundleWith('fp16', 'int8'), 'cuda');
    expect(choose).toThrow(UnverifiedPrecisionError);
    expect(choose).toThrow(/does not offer fp16.*--precision fp32 beside it/);
    expect(bestPrecision(bundleWith('fp16', 'int8'), 'cuda', { acceptUnverified: true })).toBe('fp16');
  });

  it('that is missing is refused with those that are there', () => {
    const choose = () => bestPrecision(bundleWith('fp32', 'fp16'), 'cpu', { wanted: 'int8' });
    expect(choose).toThrow(BundleError);
    expect(choose).toThrow(/no int8 variant, only fp32, fp16/);
  });
});
