import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Tokenizer } from '../model/tokenizer/tokenizer.ts';
import { defaultVocabulary } from './vocabulary.ts';

const UNKNOWN = 1n;
const vocabulary = defaultVocabulary();
const tokenizer = Tokenizer.fromVocabulary(vocabulary.join('\n'));

/** Every wording that training writes reports with: `keyword | label | grade | Chinese; … | English; …`. */
const wordings = readFileSync(new URL('../training/reports/odir-keywords.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .flatMap((line) => {
    const [keyword = '', , , chinese = '', english = ''] = line.split('|');
    return [keyword, ...chinese.split(';'), ...english.split(';')];
  })
  .filter((wording) => wording.trim() !== '');

const PROMPTS = [
  '双眼糖尿病视网膜病变',
  '左眼青光眼，右眼正常眼底',
  '未见年龄相关性黄斑变性。',
  'glaucoma in both eyes',
  'left eye: no diabetic retinopathy, right eye: cataract',
  'no evidence of hypertensive retinopathy',
];

describe('the default vocabulary', () => {
  it('has each entry once', () => {
    expect(new Set(vocabulary).size).toBe(vocabulary.length);
  });

  it('knows every word and character of the reports that the default model is trained on', () => {
    expect(wordings.length).toBeGreaterThan(200);
    const unknown = [...wordings, ...PROMPTS].filter((text) => tokenizer.encode(text, 100).includes(UNKNOWN));
    expect(unknown).toEqual([]);
  });

  it('keeps every one of them within the context', () => {
    for (const text of wordings) expect(tokenizer.encode(text, 100).at(-1)).toBe(0n);
  });
});
