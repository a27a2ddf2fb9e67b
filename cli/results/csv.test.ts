import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { csvHeader, csvLines } from './csv.ts';
import { formerCsvHeader, formerCsvLines } from './former-csv.ts';
import { RESULT_COLUMNS } from './result-columns.ts';

const LEFT = 'images/1E5/0012/2026-05-01/left.jpg';
const GLAUCOMA = { level: 'left', head: 'dr', label: 'glaucoma', probability: 0.61, threshold: 0.4 } as const;
const AMD = { level: 'patient', head: 'odir', label: 'amd', probability: 0.2, threshold: 0.35 } as const;

function eye(image: string, reason: 'too-dark' | null) {
  const gradable = reason === null;
  return { image, gradable, reason, images: [{ image, field: null, gradable, reason }] };
}

/** A left eye with a finding, an ungradable right one, and a patient's finding that readers did not share. */
const LINE: ResultLine = {
  program: '1E5',
  patient: '0012',
  exam: '2026-05-01',
  outcome: 'refer',
  screenedAt: '2026-05-02T09:00:00.000Z',
  model: 'abc',
  heads: ['odir', 'dr'],
  eyes: {
    left: eye(LEFT, null),
    right: eye('images/1E5/0012/2026-05-01/right.jpg', 'too-dark'),
  },
  findings: [
    { ...GLAUCOMA, image: LEFT, positive: true },
    { ...AMD, image: null, positive: false },
  ],
  flags: ['research-use-only'],
  review: {
    outcome: 'recall',
    status: 'final',
    stage: null,
    verdicts: [
      {
        id: '1',
        stage: 'first',
        outcome: 'recall',
        reader: 'a',
        note: null,
        eyes: null,
        corrects: null,
        reason: null,
        supersededBy: null,
        at: '2026-05-03T09:00:00.000Z',
      },
      {
        id: '2',
        stage: 'second',
        outcome: 'recall',
        reader: 'b',
        note: null,
        eyes: null,
        corrects: null,
        reason: null,
        supersededBy: null,
        at: '2026-05-03T10:00:00.000Z',
      },
    ],
  },
  final: { outcome: 'recall', decidedBy: 'reader' },
  reasons: [
    { ...GLAUCOMA, outcome: 'refer', because: 'finding' },
    { outcome: 'ungradable', because: 'ungradable-eye', eye: 'right', reason: 'too-dark' },
  ],
};

const EXAM = '1E5,0012,2026-05-01,2026-05-02T09:00:00.000Z,refer,abc,odir dr,research-use-only,';
const EYES = 'images/1E5/0012/2026-05-01/left.jpg,true,,images/1E5/0012/2026-05-01/right.jpg,false,too-dark,';
const WHY =
  '"refer: glaucoma 0.61, threshold 0.40 (left eye, head dr); besides, the right eye is ungradable: too-dark"';
const READ = `recall,final,recall,reader,,,${WHY}`;

describe('CSV', () => {
  it('has a row for each finding', () => {
    expect(csvLines('finding', 'plain', [LINE]).split('\r\n')).toEqual([
      `${EXAM}${EYES}left,dr,glaucoma,0.61,0.4,true,${READ},${LEFT},true,`,
      `${EXAM}${EYES}patient,odir,amd,0.2,0.35,false,${READ},,true,`,
      '',
    ]);
  });

  it('has one row for an exam that has no finding', () => {
    expect(csvLines('finding', 'plain', [{ ...LINE, findings: [] }])).toBe(
      `${EXAM}${EYES},,,,,,${READ},,,\r\n`,
    );
  });

  it('has a row for each exam, with what is positive in it', () => {
    expect(csvLines('exam', 'plain', [LINE])).toBe(`${EXAM}${EYES}${READ},left:glaucoma,true,\r\n`);
  });

  it('runs nothing in a spreadsheet', () => {
    expect(csvLines('exam', 'plain', [{ ...LINE, patient: '=cmd|x' }])).toContain(",'=cmd|x,");
    expect(csvLines('exam', 'excel', [{ ...LINE, patient: '=cmd|x' }])).toContain(',"=""=cmd|x""",');
  });

  it('for Excel begins with a byte order mark and keeps numbers and dates of people as text', () => {
    expect([...Buffer.from(csvHeader('exam', 'excel')).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(csvHeader('exam', 'plain').startsWith('program,')).toBe(true);
    for (const patient of ['MAR1', 'TRUE', '患者 1'])
      expect(csvLines('exam', 'excel', [{ ...LINE, patient }]).split(',')[1]).toBe(`"=""${patient}"""`);
    const [program, patient, exam, screenedAt] = csvLines('exam', 'excel', [LINE]).split(',');
    expect([program, patient, exam, screenedAt]).toEqual([
      '"=""1E5"""',
      '"=""0012"""',
      '"=""2026-05-01"""',
      '2026-05-02T09:00:00.000Z',
    ]);
  });
});

describe('the columns', () => {
  it('are those that were published, in their order, and new ones at the end', () => {
    expect(RESULT_COLUMNS.finding.map(({ name }) => name).join(' ')).toBe(
      'program patient exam screened_at outcome model heads flags left_image left_gradable left_reason right_image right_gradable right_reason level head label probability threshold positive reviewed_outcome review_status final_outcome decided_by left_detected right_detected why image calibrated disagreeing_images',
    );
    expect(RESULT_COLUMNS.exam.map(({ name }) => name).join(' ')).toBe(
      'program patient exam screened_at outcome model heads flags left_image left_gradable left_reason right_image right_gradable right_reason reviewed_outcome review_status final_outcome decided_by left_detected right_detected why positive_findings calibrated disagreeing_images',
    );
  });

  it('have their former names on request: what was printed once, to the byte', async () => {
    const stored = (name: string) => readFile(new URL(`testing/${name}`, import.meta.url), 'utf8');
    const lines = (await stored('former-results.ndjson')).trimEnd().split('\n');
    const results = lines.map((line): ResultLine => {
      const former = JSON.parse(line);
      return { ...former, final: { outcome: former.outcome, decidedBy: 'machine' }, reasons: [] };
    });
    const printed = formerCsvHeader() + formerCsvLines(results);
    expect(printed).toBe(await stored('former-results.csv'));
  });
});
