import { describe, expect, it } from 'vitest';
import { UntoldGeometryError } from '../../errors.ts';
import { poolingHeads, type ToldGeometry, textHeads, transformerHeads } from './attention-heads.ts';
import { Evidence } from './evidence.ts';

const evidence = new Evidence({
  path: 'some.pt',
  tensors: new Map(),
  read: () => Promise.reject(new Error('Nothing is read.')),
});
const vit = (width: number, layers: number, patchSize: number, told: ToldGeometry = {}) =>
  transformerHeads(evidence, { width, layers, patchSize }, told);
const text = (width: number, layers: number, told: ToldGeometry = {}) =>
  textHeads(evidence, { width, layers }, told);

describe('attention heads of a vision transformer', () => {
  it.each([
    ['ViT-B/32', 768, 12, 32, 12],
    ['ViT-B/16', 768, 12, 16, 12],
    ['ViT-L/14', 1024, 24, 14, 16],
    ['ViT-H/14, heads of 80', 1280, 32, 14, 16],
    ['ViT-g/14, heads of 88', 1408, 40, 14, 16],
    ['ViT-bigG/14, heads of 104', 1664, 48, 14, 16],
    ['ViT-S/8 of RET-CLIP', 384, 12, 8, 6],
  ])('%s are those of its configuration', (_, width, layers, patch, heads) => {
    expect(vit(width, layers, patch)).toEqual({ heads, assumptions: [] });
  });

  it.each([
    ['of another depth than ViT-H', 1280, 24, 14],
    ['of another patch than ViT-B', 768, 12, 14],
    ['of a width that 64 and 80 divide', 320, 4, 16],
    ['of the width of a single head', 64, 2, 8],
  ])('%s are to be told', (_, width, layers, patch) => {
    expect(() => vit(width, layers, patch)).toThrow(UntoldGeometryError);
    expect(() => vit(width, layers, patch)).toThrow(`width ${width}, ${layers} layers, patch ${patch}`);
    expect(() => vit(width, layers, patch)).toThrow('--vision-heads N');
    expect(vit(width, layers, patch, { visionHeads: 4 })).toEqual({ heads: 4, assumptions: [] });
  });

  it('may be told against a configuration, and that is said', () => {
    const { heads, assumptions } = vit(1280, 32, 14, { visionHeads: 20 });
    expect(heads).toBe(20);
    expect(assumptions).toEqual([expect.stringMatching(/20 as told, though ViT-H .* has 16/)]);
  });
});

describe('heads of a pooling attention', () => {
  it('are those of a published residual network, or told', () => {
    const sizes = { width: 80, layers: [4, 6, 10, 6], attended: 2560 };
    expect(poolingHeads(evidence, sizes, {}).heads).toBe(40);
    const other = { ...sizes, layers: [4, 6, 10, 7] };
    expect(() => poolingHeads(evidence, other, {})).toThrow(/2560 channels/);
    expect(poolingHeads(evidence, other, { visionHeads: 20 }).heads).toBe(20);
    expect(() => poolingHeads(evidence, other, { visionHeads: 48 })).toThrow(/does not divide the 2560/);
  });
});

describe('attention heads of a text tower', () => {
  it.each([
    ['RoBERTa-wwm-ext-base', 768, 12, 12],
    ['RoBERTa-wwm-ext-large', 1024, 24, 16],
    ['RBT3', 768, 3, 12],
  ])('%s are those of its configuration', (_, width, layers, heads) => {
    expect(text(width, layers)).toEqual({ heads, assumptions: [] });
  });

  it('are 64 wide in an unknown tower, which is said with what to give otherwise', () => {
    const { heads, assumptions } = text(256, 6);
    expect(heads).toBe(4);
    expect(assumptions).toEqual([
      expect.stringMatching(/4 of 64 channels.*width 256, 6 layers.*--text-heads N/),
    ]);
    expect(text(256, 6, { textHeads: 8 })).toEqual({ heads: 8, assumptions: [] });
  });

  it('are to be told where 64 does not divide the width', () => {
    expect(() => text(312, 4)).toThrow(UntoldGeometryError);
    expect(() => text(312, 4)).toThrow(/width 312, 4 layers.*--text-heads N/);
    expect(text(312, 4, { textHeads: 12 }).heads).toBe(12);
  });
});
