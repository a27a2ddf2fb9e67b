import { describe, expect, it } from 'vitest';
import { ACTIVE_MODEL_KEY, ACTIVE_PREFIX, activeModelSchema, MODELS_PREFIX } from './active-model.ts';

const LEAST = {
  ...{ schema: 'active-model/1', model: 'ab12', preprocessing: 'squash', trained: true },
  heads: [{ name: 'odir', id: 'h1' }],
};
const FULL = {
  ...LEAST,
  ...{ promotion: 3, featuresOnly: true, embedding: 512, precisions: ['fp32', 'int8'] },
  shadow: { heads: [{ name: 'tried', id: 'h2' }], since: '2026-05-01T10:00:00Z' },
};

describe('what is active', () => {
  it('is read with all that it says, and with no more than it must say', () => {
    expect(activeModelSchema.parse(FULL)).toEqual(FULL);
    expect(activeModelSchema.parse(LEAST)).toEqual(LEAST);
    expect(activeModelSchema.parse({ ...LEAST, heads: [], trained: false })).toMatchObject({ heads: [] });
  });

  it.each([
    ['of another form', { schema: 'active-model/2' }],
    ['without a bundle', { model: '' }],
    ['without a pre-processing contract', { preprocessing: '' }],
    ['with a head of no name', { heads: [{ name: '', id: 'h1' }] }],
    ['with a head of no content', { heads: [{ name: 'odir', id: '' }] }],
    ['that does not say whether it was trained', { trained: undefined }],
    ['of promotion 0', { promotion: 0 }],
    ['of half a promotion', { promotion: 1.5 }],
    ['that says that it is not for features only', { featuresOnly: false }],
    ['without a channel', { embedding: 0 }],
    ['with precisions that are no names', { precisions: [32] }],
    ['with nothing in shadow', { shadow: { heads: [], since: '2026-05-01T10:00:00Z' } }],
    ['in shadow since no instant', { shadow: { ...FULL.shadow, since: 'May' } }],
  ])('is refused %s', (_, change) => {
    expect(activeModelSchema.safeParse({ ...FULL, ...change }).success).toBe(false);
  });

  it('lies beside the bundles, and no change of it is taken for one', () => {
    expect([MODELS_PREFIX, ACTIVE_PREFIX, ACTIVE_MODEL_KEY]).toEqual([
      'models/',
      'models/active',
      'models/active.json',
    ]);
  });
});
