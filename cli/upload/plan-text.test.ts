import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { interruptionText } from './interruption.ts';
import { planText } from './plan-text.ts';
import type { PlannedImage, UploadPlan } from './planned-image.ts';

function image(patient: string, laterality: 'left' | 'right', path: string, exam = '1'): PlannedImage {
  const file = { path, bytes: 1, modified: 0, contentType: 'image/jpeg', extension: 'jpg', takenOn: null };
  return { path, exam: { program: 'north', patient, exam }, laterality, field: null, file, place: '' };
}

const shown = (plan: Partial<UploadPlan>, columns = 80) =>
  stripVTControlCharacters(
    planText({ images: [], refused: [], questions: [], patterns: [], ...plan }, '/data', columns),
  );

describe('the plan on a terminal', () => {
  it('lists patients, exams, eyes and photographs, then what is refused, then questions', () => {
    const images = [
      image('P1', 'right', '/data/a/OD.jpg', '2026-11-20'),
      { ...image('P1', 'left', '/data/a/OS.jpg', '2026-11-20'), field: 'macula' as const },
      image('P2', 'right', '/else/P2.jpg'),
    ];
    const text = shown({
      images,
      refused: [{ path: '/data/x.dcm', reason: 'a DICOM file' }],
      questions: [{ kind: 'no-patient', text: 'Whose?', paths: ['/else/P2.jpg', '/data/a/OS.jpg'] }],
      patterns: ['{patient}/{eye}', '{patient}_{eye}'],
    });
    expect(text).toBe(
      [
        'Plan: 3 photographs of 2 exams for north · 1 pair · 1 single eye · 1 refused · 1',
        'question',
        'Names are read as {patient}/{eye}, others as {patient}_{eye}',
        '',
        '  Patient  Exam        Eye    Field       File',
        '  P1       2026-11-20  left   macula  ?1  a/OS.jpg',
        '                       right              a/OD.jpg',
        '  P2       1           right          ?1  /else/P2.jpg',
        '',
        '  refused  x.dcm',
        '           a DICOM file',
        '',
        '  ?1 no-patient: Whose?',
        '     /else/P2.jpg',
        '     a/OS.jpg',
      ].join('\n'),
    );
  });

  it.each([60, 80, 120])('has no line longer than %i columns, whatever names are there', (columns) => {
    const long = '张伟-'.repeat(30);
    const path = `/data/${long}/${long}.jpg`;
    const text = shown(
      {
        images: [image(long, 'left', path, long), image('P', 'right', '/data/a.jpg')],
        refused: [{ path, reason: `${long} is too long ${'and on '.repeat(30)}` }],
        questions: [{ kind: 'ids-alike', text: `${long} and so on`, paths: [path] }],
        patterns: Array.from({ length: 5 }, () => '{clinic}/{patient}/{date}/{eye}'),
      },
      columns,
    );
    expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
  });

  it('counts the rest of a long plan, but names every refused file and every question', () => {
    const numbers = Array.from({ length: 2_000 }, (_, index) => index);
    const text = shown({
      images: numbers.flatMap((n) => [
        image(`P${n}`, 'left', `/data/P${n}L`),
        image(`P${n}`, 'right', `/data/P${n}R`),
      ]),
      refused: numbers.map((n) => ({ path: `/data/r${n}`, reason: 'empty' })),
      questions: numbers
        .slice(0, 50)
        .map((n) => ({ kind: 'ids-alike', text: `Question ${n}.`, paths: [`/data/P${n}L`] })),
    });
    expect(text).toContain('Plan: 4,000 photographs of 2,000 exams for north · 2,000 pairs');
    expect(text).toContain('  … and 1,994 more exams (3,988 photographs)');
    expect(text.split('\n')).toHaveLength(2 + 2 + 12 + 1 + 1 + 2_001 + 1 + 100);
    expect(text.match(/^ {2}\?\d+ ids-alike: Question \d+\.$/gm)).toHaveLength(50);
    expect(text.match(/^ {2}refused {2}r\d+$/gm)).toHaveLength(2_000);
  });
});

describe('an interrupted upload', () => {
  const stored = { image: image('P1', 'left', '/data/a'), sha256: 'a', key: 'images/north/P1/1/left.jpg' };
  const report = {
    sent: [stored, stored],
    skipped: [stored],
    refused: [],
    bytesSent: 2,
    announced: 0,
    healed: 0,
    replaced: 0,
  };
  const words = ['upload', 'field day', '--program', 'north'];

  it.each([
    ['planning', null, /^Interrupted: nothing was sent\.$/],
    [
      'sending',
      report,
      /^Interrupted: 3 of 9 photographs are stored \(2 sent now, 1 before\)\..*same command.*\n {2}npx retclip upload 'field day' --program north$/s,
    ],
    [
      'waiting',
      report,
      /while waiting: 3 of 9 .* go on being screened.*\n {2}npx retclip upload 'field day'/s,
    ],
  ] as const)('says when %s what is there and how to go on', (stage, of, text) => {
    expect(interruptionText({ stage, images: 9, report: of }, words)).toMatch(text);
  });
});
