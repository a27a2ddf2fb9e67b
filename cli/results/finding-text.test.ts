import { describe, expect, it } from 'vitest';
import { comparisonText, findingText } from './finding-text.ts';

const plain = (text: string) => text.replaceAll('\u00A0', ' ');

describe('a finding in words', () => {
  it.each([
    [0.83, 0.4, true, '0.83 ≥ 0.40'],
    [0.4, 0.4, true, '0.40 ≥ 0.40'],
    [0.3996, 0.4, false, '0.3996 < 0.4000'],
    [0.4004, 0.4, true, '0.4004 ≥ 0.4000'],
    [0.02, 0.985, false, '0.02 < 0.98'],
    [0.39999999, 0.4, false, '0.400000 < 0.400000'],
  ])('sets %s beside its threshold %s', (probability, threshold, positive, text) => {
    expect(plain(comparisonText(probability, threshold, positive))).toBe(text);
  });

  it('names the eye, but not the patient', () => {
    const finding = { head: 'odir', label: 'amd', probability: 0.7, threshold: 0.2, positive: true } as const;
    expect(plain(findingText({ ...finding, level: 'left' }))).toBe('amd 0.70 ≥ 0.20 (left)');
    expect(plain(findingText({ ...finding, level: 'right' }))).toBe('amd 0.70 ≥ 0.20 (right)');
    expect(plain(findingText({ ...finding, level: 'patient' }))).toBe('amd 0.70 ≥ 0.20');
  });
});
