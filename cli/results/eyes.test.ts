import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { resultLine } from '../export/testing/result-lines.ts';
import { csvHeader, csvLines } from './csv.ts';
import { resultsTable } from './table.ts';

/** A left eye that is too dark and a right one that looks like a left one: nothing of one is true of the other. */
const LINE: ResultLine = {
  ...resultLine(2),
  eyes: {
    left: {
      ...{ image: 'images/n/P/1/os.jpg', gradable: false, reason: 'too-dark' },
      images: [{ image: 'images/n/P/1/os.jpg', field: 'macula', gradable: false, reason: 'too-dark' }],
      laterality: { detected: 'left', confidence: 0.9, threshold: 0.95, suspect: false },
    },
    right: {
      ...{ image: 'images/n/P/1/od.jpg', gradable: true, reason: null },
      images: [{ image: 'images/n/P/1/od.jpg', field: 'disc', gradable: true, reason: null }],
      laterality: { detected: 'left', confidence: 0.99, threshold: 0.95, suspect: true },
    },
  },
};

/** Cells by their columns' names, however these are spelled: `leftReason` and `left_reason` alike. */
function cells(): Record<string, string> {
  const [names = [], values = []] = parse(
    `${csvHeader('exam', 'plain')}${csvLines('exam', 'plain', [LINE])}`,
    { bom: true },
  ) as string[][];
  return Object.fromEntries(
    names.map((name, index) => [name.replaceAll('_', '').toLowerCase(), values[index] ?? '']),
  );
}

describe("results' eyes", () => {
  it('stand in their own columns of CSV', () => {
    expect(cells()).toMatchObject({
      ...{ leftgradable: 'false', leftreason: 'too-dark' },
      ...{ rightgradable: 'true', rightreason: '', rightdetected: 'left' },
    });
  });

  it('say in a table where a photograph shows another field than it was named', () => {
    const { left, right } = LINE.eyes;
    const images = right?.images.map((image) => ({
      ...image,
      ...({ fieldFrom: 'named', fieldSeen: 'macula' } as const),
    }));
    const doubtful = { ...LINE, eyes: { left, right: right && { ...right, images: images ?? [] } } };
    expect(resultsTable([doubtful])).toMatch(/field doubtful/);
    expect(resultsTable([LINE])).not.toMatch(/field doubtful/);
  });

  it('stand in their own columns of a table', () => {
    const lines = resultsTable([LINE]).split('\n');
    const heading = lines.findIndex((line) => line.includes('left eye'));
    const [left = 0, right = 0] = ['left eye', 'right eye'].map((name) => lines[heading]?.indexOf(name));
    const [dark] = lines.filter((line) => line.includes('too-dark'));
    const [suspect] = lines.filter((line) => line.includes('looks'));
    expect(left).toBeLessThan(right);
    expect(dark?.indexOf('too-dark')).toBe(left);
    expect(suspect?.indexOf('looks')).toBe(right);
  });

  it('say in a table how many images an eye has, and where none of them shows the macula', () => {
    const text = (line: ResultLine) => resultsTable([line]).replaceAll(/\s+/g, ' ');
    expect(text(LINE)).toContain('no macula');
    const { right } = LINE.eyes;
    if (right === null) throw new Error('Expected a right eye.');
    const macula = { image: 'images/n/P/1/od-2.jpg', field: 'macula', gradable: true, reason: null } as const;
    const both = { ...LINE, eyes: { ...LINE.eyes, right: { ...right, images: [macula, ...right.images] } } };
    expect(text(both)).toContain('2 images');
    expect(text(both)).not.toContain('no macula');
    const dark = { ...macula, gradable: false, reason: 'too-dark' } as const;
    const none = { ...LINE, eyes: { ...LINE.eyes, right: { ...right, images: [...right.images, dark] } } };
    expect(text(none)).toContain('no macula');
  });
});
