import { expect, it } from 'vitest';
import { DECODING_CONTRACTS, decodingContract } from '../../decoding/index.ts';
import { PREPROCESSINGS } from './contract.ts';

it('has a pre-processing for each contract that pixels are made by, under the same id', () => {
  expect(Object.keys(PREPROCESSINGS)).toEqual([...DECODING_CONTRACTS]);
  for (const [id, preprocessing] of Object.entries(PREPROCESSINGS)) {
    expect(preprocessing.id).toBe(id);
    expect(preprocessing.resize).toBe(decodingContract(id).startsWith('field') ? 'field' : 'squash');
  }
});
