import { describe, expect, it } from 'vitest';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { resultRows } from '../results/result-rows.ts';
import { resultLine } from './testing/result-lines.ts';

const eye = (image: string, field: 'macula' | 'disc', reason: 'too-dark' | null) => {
  const gradable = reason === null;
  return { image, gradable, reason, images: [{ image, field, gradable, reason }] };
};

const finding = (level: 'left' | 'right', probability: number, image: string) => ({
  ...{ level, image, head: 'odir', label: 'amd', probability, threshold: 0.5, positive: probability >= 0.5 },
});

const LINE: ResultLine = {
  ...resultLine(2),
  eyes: { left: eye('os.jpg', 'macula', 'too-dark'), right: eye('od.jpg', 'disc', null) },
  findings: [finding('left', 0.25, 'os.jpg'), finding('right', 0.75, 'od.jpg')],
};

describe("an export's eyes", () => {
  it('stand in their own columns', () => {
    expect(resultRows('finding', LINE)).toMatchObject(
      [
        { level: 'left', probability: 0.25, positive: false },
        { level: 'right', probability: 0.75, positive: true },
      ].map((row) => ({
        ...row,
        ...{ left_image: 'os.jpg', left_gradable: false, left_reason: 'too-dark' },
        ...{ right_image: 'od.jpg', right_gradable: true, right_reason: null },
      })),
    );
  });
});
