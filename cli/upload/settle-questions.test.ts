import { describe, expect, it } from 'vitest';
import { WrongUseError } from '../errors.ts';
import type { PlannedImage, Question, UploadPlan } from './planned-image.ts';
import { LeftByUserError, settleQuestions } from './settle-questions.ts';

function image(path: string): PlannedImage {
  const file = { path, bytes: 1, modified: 0, contentType: 'image/jpeg', extension: 'jpg', takenOn: null };
  return {
    path,
    exam: { program: 'n', patient: path, exam: '1' },
    laterality: 'left',
    field: null,
    file,
    place: '',
  };
}

const QUESTIONS: readonly Question[] = [
  { kind: 'ids-alike', text: 'A and a?', paths: ['/d/A', '/d/a'] },
  { kind: 'ids-alike', text: 'B and b?', paths: ['/d/B', '/d/b'] },
  { kind: 'different-days', text: 'C?', paths: ['/d/C'] },
];
const PLAN: UploadPlan = {
  images: ['A', 'a', 'B', 'b', 'C', 'D'].map((name) => image(`/d/${name}`)),
  refused: [{ path: '/d/x', reason: 'empty' }],
  questions: QUESTIONS,
  patterns: [],
};
const sentBy = ({ images }: UploadPlan) => images.map(({ path }) => path.slice(3)).join('');

/** A person who types these answers, and notes what was asked. */
function person(...answers: string[]) {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`Nobody expected the question ${question}`);
    return answer;
  };
  return { ask, asked };
}

describe('questions', () => {
  it.each<[string[], string[]]>([
    [[], ['A and a?', 'B and b?', 'C?']],
    [['all'], []],
    [['ids-alike'], ['C?']],
    [['ids-alike', 'C'], []],
    [
      ['/d/A', 'a'],
      ['B and b?', 'C?'],
    ],
    [['A'], ['A and a?', 'B and b?', 'C?']],
  ])(
    'that --accept-doubts %j names are right; the others stay open without a terminal',
    async (accepted, open) => {
      const settled = await settleQuestions(PLAN, accepted, null);
      expect(settled.open.map(({ text }) => text)).toEqual(open);
      expect(settled.plan.questions).toEqual(settled.open);
      expect(sentBy(settled.plan)).toBe('AaBbCD');
    },
  );

  it('are asked kind by kind: what is answered by no is left out and named', async () => {
    const { ask, asked } = person('y', 'N');
    const { plan, open } = await settleQuestions(PLAN, [], ask);
    expect(asked).toEqual([
      expect.stringMatching(/^ids-alike: 2 questions, 4 photographs\. Send as read\? .*\[e\]ach/),
      expect.stringMatching(/^different-days: 1 photograph\. Send as read\? \[y\]es, \[n\]o: leave out/),
    ]);
    expect(open).toEqual([]);
    expect(sentBy(plan)).toBe('AaBbD');
    expect(plan.refused).toEqual([
      { path: '/d/x', reason: 'empty' },
      { path: '/d/C', reason: 'left out: C?' },
    ]);
  });

  it('are asked one by one if wanted, and again after an answer that is none', async () => {
    const { ask, asked } = person('', 'what?', 'e', 'no', 'yes', 'y');
    const { plan } = await settleQuestions(PLAN, [], ask);
    expect(asked.slice(3, 5)).toEqual([
      expect.stringMatching(/^A and a\?/),
      expect.stringMatching(/^B and b\?/),
    ]);
    expect(sentBy(plan)).toBe('BbCD');
  });

  it('may be left: nothing is sent then', async () => {
    await expect(settleQuestions(PLAN, [], person('q').ask)).rejects.toThrow(LeftByUserError);
  });

  it('are not accepted by a name that is nothing', async () => {
    await expect(settleQuestions(PLAN, ['ids-alke'], null)).rejects.toThrow(
      /"ids-alke" is neither .*Did you mean "ids-alike"/,
    );
    await expect(settleQuestions(PLAN, ['D'], null)).rejects.toThrow(WrongUseError);
  });
});
