import { describe, expect, it } from 'vitest';
import { examRecordSchema } from '../../core/exams/exam-record.ts';
import { reviewSettingsSchema } from '../../core/exams/review-settings.ts';
import { reviewLineOf } from '../../core/reviews/review-line.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('after-0.1.0');

describe('verdicts after release 0.1.0', () => {
  it('have no grades before there were any: nothing is said of the eyes', async () => {
    const record = examRecordSchema.parse(await release.json('exam-2.read-without-grades.json'));
    const [verdict] = reviewLineOf(record)?.verdicts ?? [];
    expect(verdict).toMatchObject({ reader: 'anna', outcome: 'refer', eyes: null });
  });

  it('have a grade of each eye', async () => {
    const record = examRecordSchema.parse(await release.json('exam-2.graded.json'));
    const [verdict] = reviewLineOf(record)?.verdicts ?? [];
    expect(verdict?.eyes?.left).toEqual({
      ...{ quality: 'ungradable', grade: null, oedema: null, findings: ['cataract'] },
    });
    expect(verdict?.eyes?.right).toMatchObject({
      ...{ grade: { scheme: 'icdr', retinopathy: 2 }, oedema: 'suspected' },
    });
  });
});

it('reads settings of before grades as before: the international scale, where a reader likes, and no blinding', async () => {
  const settings = await new FormerRelease('0.1.0').json('program-settings-1.json');
  expect(reviewSettingsSchema.parse(settings.review)).toMatchObject({
    ...{ gradingScheme: 'icdr', requireGrades: false, blindToModel: false },
  });
});
