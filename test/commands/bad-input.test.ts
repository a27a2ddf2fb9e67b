import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture } from '../../cli/upload/testing/photograph-files.ts';
import { retclip } from '../system/retclip.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
  await mkdir(at('twice'));
  for (const [index, name] of ['P1_left.jpg', 'P1_OS.jpg', 'P1_right.jpg'].entries())
    await writeFile(at('twice', name), await picture(index + 1));
  await mkdir(at('nothing'));
  await writeFile(at('nothing', 'notes.txt'), 'x');
  await writeFile(at('no-column.csv'), 'program,patient,laterality,path\nnorth,P1,left,a.jpg\n');
  await writeFile(at('laterality.csv'), 'program,patient,exam,laterality,path\nnorth,P1,1,middle,a.jpg\n');
  await writeFile(at('hash.csv'), 'program,patient,exam,laterality,path\nnorth,P#1,1,left,a.jpg\n');
  await writeFile(at('page.pt'), '<!doctype html>');
  await writeFile(at('vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n[SEP]\n');
  await mkdir(at('bundle'));
  await writeFile(at('bundle', 'model.json'), '{"format": 9}');
  await mkdir(at('data'));
  await writeFile(at('data', 'thesis.txt'), 'precious');
});
afterAll(() => rm(folder, { recursive: true }));

const REFUSED = 1;
const WRONG_USE = 2;
const FAILED = 3;

describe('the command', () => {
  it.each<[string, () => string[], number, RegExp]>([
    ['an unknown verb', () => ['screen'], WRONG_USE, /unknown command 'screen'/],
    ['an unknown option', () => ['demo', '--fast'], WRONG_USE, /unknown option '--fast'/],
    ['a number that is none', () => ['demo', '--exams', 'many'], WRONG_USE, /whole number.*many/s],
    ['a port out of range', () => ['local', '--port', '70000'], WRONG_USE, /0 to 65535.*70000/s],
    [
      'no system to speak to',
      () => ['results', '--program', 'north'],
      WRONG_USE,
      /--data DIR.*RETCLIP_ENDPOINT/s,
    ],
    [
      'a data folder where nothing runs',
      () => ['results', '--program', 'north', '--data', at('data')],
      FAILED,
      /No system runs.*retclip local/s,
    ],
    [
      'a data folder that is something else',
      () => ['local', '--data', at('data')],
      FAILED,
      /thesis|not empty|data folder/i,
    ],
    ['a program id with a slash', () => ['upload', at('twice'), '--program', 'a/b'], WRONG_USE, /"a\/b"/],
    ['a program id with dots', () => ['upload', at('twice'), '--program', '..'], WRONG_USE, /"\.\."/],
    [
      'a program id with a control character',
      () => ['upload', at('twice'), '--program', 'a\u0007b'],
      WRONG_USE,
      /letters, digits/,
    ],
    ['a folder without a program', () => ['upload', at('twice')], WRONG_USE, /--program/],
    [
      'a folder that is not there',
      () => ['upload', at('nowhere'), '--program', 'north'],
      WRONG_USE,
      /nowhere/,
    ],
    [
      'a folder without photographs',
      () => ['upload', at('nothing'), '--program', 'north'],
      REFUSED,
      /notes\.txt\s+not a photograph/,
    ],
    ['a manifest without a column', () => ['upload', at('no-column.csv')], WRONG_USE, /exam/],
    [
      'probabilities without a label',
      () => ['results', '--program', 'n', '--min', '0.5', '--data', at('data')],
      WRONG_USE,
      /--label/,
    ],
    [
      'an outcome that is none',
      () => ['results', '--program', 'n', '--outcome', 'maybe'],
      WRONG_USE,
      /recall/,
    ],
    [
      'a checkpoint that is a web page',
      () => ['model', 'import', at('page.pt'), '--vocab', at('vocab.txt'), '--out', at('out')],
      FAILED,
      /page\.pt.*web page/,
    ],
    ['a bundle that is none', () => ['model', 'verify', at('nothing')], FAILED, /no model bundle/],
    ['a bundle of another format', () => ['model', 'info', at('bundle')], FAILED, /model\.json.*not sound/s],
    [
      'a model that is none',
      () => ['local', '--data', at('fresh'), '--model', at('bundle')],
      FAILED,
      /model\.json/,
    ],
    ['nothing to embed', () => ['model', 'embed'], WRONG_USE, /nothing to embed/],
    [
      'a context beyond the model',
      () => ['model', 'embed', '--text', '左眼', '--context-length', '4000'],
      WRONG_USE,
      /128 positions/,
    ],
    [
      'a photograph that is not there',
      () => ['model', 'embed', '--left', at('none.jpg')],
      WRONG_USE,
      /none\.jpg/,
    ],
    [
      'a photograph that is none',
      () => ['model', 'embed', '--left', at('vocab.txt')],
      FAILED,
      /vocab\.txt|no JPEG/,
    ],
  ])('refuses %s with its exit code, and says what to do', async (_, words, code, message) => {
    const finished = await retclip(words());
    expect(finished.stderr).toMatch(message);
    expect(finished.stdout).toBe('');
    expect(finished.code).toBe(code);
    expect(finished.stderr).not.toMatch(/\n\s+at .*\(/);
  });

  it.each([
    ['an unknown laterality', 'laterality.csv', /middle/],
    ['a patient id that none can be', 'hash.csv', /P#1/],
  ])('plans around %s in a manifest and names the line', async (_, manifest, reason) => {
    const { code, stdout } = await retclip(['upload', at(manifest), '--dry-run', '--json']);
    const { images, refused } = JSON.parse(stdout);
    expect(images).toEqual([]);
    expect(JSON.stringify(refused)).toMatch(reason);
    expect(code).toBe(1);
  });

  it('plans two left eyes of a patient as two photographs of one eye, and refuses neither', async () => {
    const { code, stdout } = await retclip([
      'upload',
      at('twice'),
      '--program',
      'north',
      '--dry-run',
      '--json',
    ]);
    const { images, refused, questions } = JSON.parse(stdout);
    const exam = { program: 'north', patient: 'P1', exam: '1' };
    expect(images).toEqual([
      { path: at('twice', 'P1_OS.jpg'), exam, laterality: 'left', field: null },
      { path: at('twice', 'P1_left.jpg'), exam, laterality: 'left', field: null },
      { path: at('twice', 'P1_right.jpg'), exam, laterality: 'right', field: null },
    ]);
    expect(refused).toEqual([]);
    expect(questions).toEqual([]);
    expect(code).toBe(0);
  });

  it('that cannot be reached says what it tried and how to mend it', async () => {
    const finished = await retclip(['results', '--program', 'north'], {
      RETCLIP_ENDPOINT: 'http://127.0.0.1:9',
      RETCLIP_TOKEN: 'x',
    });
    expect(finished.code).toBe(FAILED);
    expect(finished.stderr).toMatch(/http:\/\/127\.0\.0\.1:9.*Is the system running/s);
  }, 30_000);

  it('tells its help and ends well', async () => {
    const { code, stdout } = await retclip(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Research use only');
  });
});
