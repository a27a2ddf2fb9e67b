import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headId, parseHead, refuseForeignHead } from '../../core/heads/head.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { FeaturesFile } from '../../model/cohort/index.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const PROMPTS = {
  name: 'glaucoma',
  level: 'patient',
  labels: {
    glaucoma: {
      positive: ['双眼青光眼', 'glaucoma in both eyes'],
      negative: ['双眼正常眼底', 'normal fundus'],
    },
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heads-'));
  await writeFile(at('prompts.json'), JSON.stringify(PROMPTS));
  await writeFile(at('level.json'), JSON.stringify({ ...PROMPTS, level: 'both' }));
  await writeFile(at('broken.json'), '{');
});
afterAll(() => rm(folder, { recursive: true }));

// Each case starts processes, which wait for a busy machine.
const PATIENT = { timeout: 300_000 };

describe('retclip heads embed and fit', PATIENT, () => {
  it('make a head of photographs and labels, with what was left out named', async () => {
    await mkdir(at('photographs'));
    const patients = Array.from({ length: 8 }, (_, index) => `P${index}`);
    for (const [index, patient] of patients.entries()) {
      const { left, right } = await generatePatient({ seed: 'heads', index, size: 256 });
      if (left !== null) await writeFile(at('photographs', `${patient}_left.jpg`), left.jpeg);
      if (right !== null) await writeFile(at('photographs', `${patient}_right.jpg`), right.jpeg);
    }
    // A JPEG by its first bytes, and nothing more: planned, but unreadable.
    await writeFile(at('photographs', 'broken_left.jpg'), Buffer.from('ffd8ffe000104a46', 'hex'));
    await writeFile(at('photographs', 'text_left.jpg'), 'no photograph');
    const rows = patients.map(
      (patient, index) => `${patient},${index % 2},${index % 3 === 0 ? '' : index % 2}`,
    );
    await writeFile(at('labels.csv'), `patient,odd,some\n${rows.join('\n')}\nnobody,1,0\n`);

    const embedded = await retclip([
      'heads',
      'embed',
      at('photographs'),
      '--out',
      at('f.safetensors'),
      '--json',
    ]);
    expect(JSON.parse(embedded.stdout)).toMatchObject({
      exams: 8,
      leftOut: [
        {
          item: at('photographs', 'text_left.jpg'),
          reason: expect.stringContaining('its name says photograph'),
        },
        { item: at('photographs', 'broken_left.jpg'), reason: expect.stringMatching(/premature end/) },
      ],
    });
    expect(embedded.code).toBe(1);
    const features = await FeaturesFile.open(at('f.safetensors'));
    const stateOf = (patient: string) =>
      features.eyeState(
        features.exams.findIndex((exam) => exam.patient === patient),
        'left',
      );
    expect([stateOf('broken'), stateOf('P0')]).toEqual(['truncated-file', 'gradable']);
    await features.close();

    const words = [
      'heads',
      'fit',
      '--features',
      at('f.safetensors'),
      '--labels',
      at('labels.csv'),
      '--folds',
      '2',
    ];
    const name = ['--name', 'odd', '--feature', 'pair'];
    const fitted = await retclip([...words, ...name, '--out', at('odd.json'), '--json']);
    const head = parseHead(await readFile(at('odd.json'), 'utf8'), 'odd');
    expect(JSON.parse(fitted.stdout)).toMatchObject({
      id: headId(head),
      statistics: {
        units: 8,
        labels: { odd: { known: 8, positive: 4, prevalence: 0.5 }, some: { known: 5 } },
      },
      leftOut: { withoutFeatures: [{ item: 'nobody', line: 10 }], withoutLabels: 0 },
    });
    expect(fitted.code).toBe(1);
    const bundle = await openBundle('bundles/default');
    expect(head).toMatchObject({
      model: bundle.manifest.id,
      trained: bundle.manifest.trained,
      feature: 'pair',
    });
    refuseForeignHead(head, bundle.manifest.geometry.embedding, bundle.manifest.id);
    expect(() => refuseForeignHead(head, bundle.manifest.geometry.embedding, '0'.repeat(64))).toThrow(
      /made for/,
    );
  });

  it.each<[string, string[], number, RegExp]>([
    ['two aims of one threshold', ['--sensitivity', '0.9', '--threshold', 'youden'], 2, /Choose one/],
    ['a sensitivity above 1', ['--sensitivity', '90'], 2, /above 0 and up to 1/],
    ['a file that holds no features', [], 3, /prompts\.json/],
  ])('refuse %s', async (_, words, code, message) => {
    const files = ['--features', at('prompts.json'), '--labels', at('some.csv'), '--out', at('none.json')];
    await writeFile(at('some.csv'), 'patient,amd\nP1,1\n');
    const finished = await retclip(['heads', 'fit', ...files, '--name', 'x', '--feature', 'pair', ...words]);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(message);
  });
});

describe('retclip heads from-prompts', PATIENT, () => {
  it('writes a head, and never over one that is there', async () => {
    const words = ['heads', 'from-prompts', at('prompts.json'), '--model', 'bundles/default', '--out'];
    const first = await retclip([...words, at('new.head.json'), '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const text = await readFile(at('new.head.json'), 'utf8');
    expect(parseHead(text, 'new').name).toBe('glaucoma');
    expect(JSON.parse(first.stdout)).toMatchObject({ labels: ['glaucoma'], warnings: [] });
    const second = await retclip([...words, at('new.head.json')]);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining('already') });
    expect(await readFile(at('new.head.json'), 'utf8')).toBe(text);
  });

  it.each<[string, string, number, RegExp]>([
    ['a level that is none', 'level.json', 3, /level/],
    ['a file that is not JSON', 'broken.json', 2, /not JSON/],
    ['a file that is not there', 'none.json', 2, /none\.json/],
  ])('refuses %s', async (_, file, code, message) => {
    const finished = await retclip(['heads', 'from-prompts', at(file), '--out', at('x.json')]);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(message);
  });
});
