import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvaluateHeadOptions, evaluateHead } from '../../cli/heads/evaluate-head.ts';
import { HEAD, writeMadeUpFiles } from '../../model/evaluation/testing/made-up-files.ts';
import { retclip } from '../system/retclip.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const words = (head: string, labels: string, ...more: string[]) => [
  ...['heads', 'eval', at(head), '--features', at('features.safetensors'), '--labels', at(labels)],
  ...['--only', 'amd,glaucoma', '--resamples', '100', ...more],
];
const graded = (labels: string, ...more: string[]) => [
  ...['heads', 'eval', at('grading.json'), '--features', at('features.safetensors')],
  ...['--labels', at(labels), '--classes', 'grade', '--resamples', '100', ...more],
];

async function changedLabels(name: string, change: (line: string, index: number) => string): Promise<void> {
  const lines = (await readFile(at('labels.csv'), 'utf8')).trimEnd().split('\n');
  await writeFile(at(name), `${lines.map(change).join('\n')}\n`);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heads-eval-'));
  await writeMadeUpFiles(folder, 120);
  const replaced = (column: number, value: (line: string) => string) => (line: string, index: number) =>
    index === 0 ? line : line.replace(new RegExp(`^((?:[^,]*,){${column}})[^,]*`), `$1${value(line)}`);
  await changedLabels(
    'nobody.csv',
    replaced(4, () => '0'),
  );
  await changedLabels('nan.csv', (line, index) => (index === 5 ? line.replace(/,\d,/, ',NaN,') : line));
  await changedLabels('strangers.csv', (line, index) => (index > 117 ? line.replace('P', 'Q') : line));
  await changedLabels('all-strangers.csv', (line) => line.replace(/^P(\d)/, 'Q$1'));
  await changedLabels('split.csv', (line, index) =>
    index === 0 ? `${line},split` : `${line},${index % 2 === 0 ? 'fit' : 'judge'}`,
  );
  await changedLabels('torn.csv', (line, index) =>
    index === 0
      ? `${line},split,group`
      : `${line},${index % 2 === 0 ? 'fit' : 'judge'},G${Math.floor(index / 3)}`,
  );
  await changedLabels('grade-nine.csv', (line, index) => (index === 3 ? line.replace(/\d$/, '9') : line));
  const label = HEAD.labels[0] as (typeof HEAD.labels)[0];
  const head = (changes: object) => JSON.stringify({ ...HEAD, ...changes });
  await writeFile(at('narrow.json'), head({ labels: [{ ...label, weights: [1, 2] }] }));
  await writeFile(at('int8.json'), head({ precision: 'int8' }));
  await writeFile(at('foreign.json'), head({ model: 'f'.repeat(64) }));
  await writeFile(at('cataract.json'), head({ labels: [{ ...label, name: 'cataract' }] }));
  await writeFile(at('broken.json'), '{');
});
afterAll(() => rm(folder, { recursive: true }));

describe('retclip heads eval', () => {
  it('writes page, Markdown, JSON and plots, and says the same on each', async () => {
    const finished = await retclip(
      words('head.json', 'labels.csv', '--out', at('report'), '--group-by', 'sex,age,camera', '--json'),
    );
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    const { report, files } = JSON.parse(finished.stdout);
    expect(files).toEqual(
      expect.arrayContaining(['evaluation.json', 'evaluation.md', 'index.html', 'plots/roc-amd.svg']),
    );
    expect((await readdir(at('report'), { recursive: true })).some((name) => name.endsWith('.part'))).toBe(
      false,
    );
    expect(report.whole).toMatchObject({ cases: 120, patients: 120 });
    const { value, low, high } = report.whole.labels[0].figures.auroc;
    expect(low).toBeLessThan(value);
    expect(value).toBeGreaterThan(0.8);
    const shown = `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
    expect(await readFile(at('report', 'evaluation.md'), 'utf8')).toContain(shown);
    expect(await readFile(at('report', 'plots', 'roc-amd.svg'), 'utf8')).toContain(`AUROC ${shown}`);
    const page = await readFile(at('report', 'index.html'), 'utf8');
    for (const text of [
      'Research use only',
      report.model.id.slice(0, 12),
      report.head.id,
      'By camera',
      'Female',
    ])
      expect(page).toContain(text);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect(new Set(report.groups.map((group: { column: string }) => group.column))).toEqual(
      new Set(['sex', 'age', 'camera']),
    );
  });

  it('grades by kappa, and takes the labels of an ordinal head as reached or not', async () => {
    const { code, stdout } = await retclip(graded('labels.csv', '--out', at('graded'), '--json'));
    expect(code).toBe(0);
    const { whole } = JSON.parse(stdout).report;
    expect(whole.classes.names).toEqual(['grade-0', 'grade-1', 'grade-2']);
    expect(whole.classes.quadraticKappa.value).toBeGreaterThan(0.2);
    const ofGrade = whole.classes.confusion.map((row: number[]) => row.reduce((sum, one) => sum + one, 0));
    expect(whole.labels.map((label: { positives: number }) => label.positives)).toEqual([
      ofGrade[1] + ofGrade[2],
      ofGrade[2],
    ]);
  });

  it('measures one split alone', async () => {
    const finished = await retclip(
      words('head.json', 'split.csv', '--split', 'judge', '--out', at('judged'), '--json'),
    );
    expect(JSON.parse(finished.stdout).report).toMatchObject({
      whole: { cases: 60 },
      cohort: { split: 'judge' },
    });
  });

  it('names labels of unknown patients, counts them, and evaluates the rest', async () => {
    const { code, stdout } = await retclip(words('head.json', 'strangers.csv', '--out', at('strangers')));
    expect(code).toBe(1);
    expect(stdout).toMatch(/without features Q117 \(line 119 of strangers\.csv\)/);
    expect(stdout).toContain('on 117 exams of 117 patients');
  });

  it('says of a label with one class only why there is no AUROC, and ends well', async () => {
    const { code, stdout } = await retclip(words('head.json', 'nobody.csv', '--out', at('nobody')));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^amd +none: no /m);
    expect(stdout).toContain('0 of 120');
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['labels that are not numbers', () => words('head.json', 'nan.csv'), 3, /nan\.csv", line 6.*NaN/],
    ['a head that is not there', () => words('none.json', 'labels.csv'), 2, /none\.json/],
    [
      'resamples that are none',
      () => words('head.json', 'labels.csv', '--resamples', 'x'),
      2,
      /whole number/,
    ],
  ])('refuses %s with its exit code, and writes nothing', async (_, given, code, message) => {
    const finished = await retclip([...given(), '--out', at('refused')]);
    expect(finished.stderr).toMatch(message);
    expect(finished.code).toBe(code);
    expect(finished.stdout).toBe('');
    await expect(readdir(at('refused'))).rejects.toThrow('ENOENT');
  });

  const plain = { only: ['amd', 'glaucoma'], resamples: 10, seed: 1 };
  it.each<[string, string, string, Partial<EvaluateHeadOptions>, RegExp]>([
    ['strangers only', 'head.json', 'all-strangers.csv', plain, /No exam.*same names/s],
    ['a patient in both splits', 'head.json', 'torn.csv', plain, /two splits.*G/s],
    ['a split that is none', 'head.json', 'split.csv', { ...plain, split: 'x' }, /no split "x".*fit/s],
    ['a head of another geometry', 'narrow.json', 'labels.csv', plain, /2 channels.*has 4/s],
    [
      'a head of another precision',
      'int8.json',
      'labels.csv',
      plain,
      /in int8, but features file .* in fp32/s,
    ],
    ['a head of another model', 'foreign.json', 'labels.csv', plain, /ffff.*c0ff/s],
    ['a head of other labels', 'cataract.json', 'labels.csv', plain, /cataract.*amd, glaucoma/s],
    ['a head that is none', 'broken.json', 'labels.csv', plain, /broken\.json.*not JSON/],
    ['labels that are not there', 'head.json', 'none.csv', plain, /none\.csv/],
    [
      'a column that is not there',
      'head.json',
      'labels.csv',
      { ...plain, groupBy: ['site'] },
      /no column "site"/,
    ],
    [
      'groups of one patient each',
      'head.json',
      'labels.csv',
      { ...plain, groupBy: ['patient'] },
      /"patient" has 120/,
    ],
    [
      'a grade unknown to the head',
      'grading.json',
      'grade-nine.csv',
      { ...plain, only: undefined, classes: 'grade' },
      /P2 .*grade-9/s,
    ],
    ['grades as columns of 0 and 1', 'grading.json', 'labels.csv', plain, /none is the same/],
  ])('refuses %s', async (_, head, labels, options, message) => {
    const files = { features: at('features.safetensors'), labels: at(labels) };
    await expect(evaluateHead(at(head), { ...plain, ...options, ...files })).rejects.toThrow(message);
  });
});
