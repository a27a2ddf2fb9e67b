import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// node test/former-forms/after-0.1.0/make-review-forms.ts CHECKOUT OUT
const [checkout = '.', out = ''] = process.argv.slice(2);
const load = (module: string) => import(pathToFileURL(join(checkout, module)).href);
const { registeredExam, screenedExam } = await load('test/conformance/exam-records.ts');
const { addReview } = await load('core/reviews/add-review.ts');
const { DEFAULT_REVIEW_SETTINGS } = await load('core/exams/review-settings.ts');

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const AT = '2026-05-01T10:00:00.000Z';
const LATER = new Date('2026-05-01T11:00:00.000Z');
const read = screenedExam({ ...registeredExam(EXAM, AT), revision: 3 }, 'refer', AT);
const anna = { id: 'v1', outcome: 'refer', reader: 'anna', note: null };
const left = { quality: 'ungradable', grade: null, oedema: null, findings: ['cataract'] };
const right = {
  ...{ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 2 }, oedema: 'suspected', findings: [] },
};
const graded = addReview(read, { ...anna, eyes: { left, right } }, LATER, DEFAULT_REVIEW_SETTINGS);
await writeFile(join(out, 'exam-2.graded.json'), JSON.stringify(graded));
const plain = addReview(read, anna, LATER, DEFAULT_REVIEW_SETTINGS);
await writeFile(join(out, 'exam-2.read-without-grades.json'), JSON.stringify(plain));
