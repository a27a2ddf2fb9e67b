import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEndpoint } from '../../cli/endpoint.ts';
import { CsvEncoder } from '../../cli/export/csv-encoder.ts';
import { ExportFile } from '../../cli/export/export-file.ts';
import { ParquetEncoder } from '../../cli/export/parquet-encoder.ts';
import { readKey } from '../../cli/upload/pseudonym-key.ts';
import { extendTable } from '../../cli/upload/pseudonym-table.ts';
import { headId } from '../../core/heads/head.ts';
import { decodeSafetensors } from '../../core/tensors/safetensors.ts';
import { filePosition } from '../../local/events/position.ts';
import { bundleId, manifestSchema } from '../../model/bundle/manifest.ts';
import { FeaturesFile } from '../../model/cohort/features-file.ts';
import { readHead } from '../../model/heads/read-head.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('0.1.0');
const MODEL = 'dbae16034ef7d9e38e5c10f37199639d95fd2047e5fe163d60f1ff274263a3bf';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'former-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function copy(...forms: string[]): Promise<void> {
  for (const form of forms) await copyFile(release.path(form), join(folder, form));
}

describe('a model of release 0.1.0', () => {
  it('has a manifest, whose content is its id', async () => {
    const manifest = manifestSchema.parse(await release.json('model.json'));
    expect(manifest).toMatchObject({ id: MODEL, name: 'retclip-default', contextLength: 100, trained: true });
    const { id, ...content } = manifest;
    expect(bundleId(content)).toBe(id);
    expect(manifest.heads.map(({ name, id }) => `${name} ${id}`)).toEqual([
      'odir 84786214d43b4908a0e96d477dc30d71',
      'odir-eye 51aab74dc583a516df729d3c6c86f0ae',
    ]);
  });

  it.each([
    {
      ...{ form: 'head-1.from-prompts.json', name: 'new', feature: 'patient', channels: 256 },
      ...{
        id: '099be4681e4e3ea4e7998271a3093dbe',
        label: { threshold: 0.25, calibration: { kind: 'none' } },
      },
    },
    {
      ...{ form: 'head-1.fitted.json', name: 'fitted', feature: 'pair', channels: 512, id: undefined },
      label: { threshold: 0.46666659455276244, calibration: { kind: 'platt' } },
    },
  ])('has the head $form', async ({ form, name, feature, channels, id, label }) => {
    const head = await readHead(release.path(form));
    expect(head).toMatchObject({ name, feature, model: MODEL });
    expect(head.labels).toMatchObject([{ name: 'glaucoma', ...label }]);
    expect(head.labels[0]?.weights).toHaveLength(channels);
    if (id !== undefined) expect(headId(head)).toBe(id);
  });
});

describe('features of release 0.1.0', () => {
  // By Python's struct, of each row's first two channels.
  const P02 = {
    left: [0.6331411004066467, 0.6705447435379028],
    right: [0.8546875715255737, 0.5032495260238647],
  };

  it('lie in a shard', async () => {
    const { row } = await release.json('features-shard.expected.json');
    const path = release.path('features-shard.safetensors');
    const { tensors, metadata } = decodeSafetensors(await readFile(path));
    expect(metadata).toMatchObject({ model: MODEL, preprocessing: 'squash-bicubic-v1' });
    expect(metadata.requests?.split(' ')).toHaveLength(4);
    expect(row).toBe(3);
    const first = (name: string) => [...(tensors.get(name)?.data.subarray(0, 2) ?? [])];
    expect(first('left_visual')).toEqual(P02.left);
    expect(first('right_visual')).toEqual(P02.right);
    expect([...(tensors.get('present')?.data ?? [])]).toEqual([1, 1, 1, 1, 1, 1, 0, 1]);
  });

  it('lie in a file of a cohort', async () => {
    const file = await FeaturesFile.open(release.path('cohort-features-1.safetensors'));
    try {
      expect(file.origin).toMatchObject({ model: MODEL, preprocessing: 'squash-bicubic-v1', trained: true });
      expect(file.exams).toHaveLength(13);
      expect(file.exams[4]).toEqual({ patient: 'P05', exam: '2026-03-05' });
      expect([file.hasEye(4, 'left'), file.hasEye(4, 'right')]).toEqual([false, true]);
      const pair = await file.read('pair', [{ row: 1, eye: null }]);
      expect([...pair.subarray(0, 2), ...pair.subarray(256, 258)]).toEqual([...P02.left, ...P02.right]);
    } finally {
      await file.close();
    }
  });
});

describe('a file that an operator keeps', () => {
  it('tells where the system of a data folder is', async () => {
    await copy('endpoint.json');
    const { url, token, pid } = await release.json('endpoint.json');
    expect(await findEndpoint({ data: folder }, {})).toMatchObject({ url, token, pid });
    expect(token).toBe(await release.text('token'));
  });

  it('tells up to which event webhooks were made', async () => {
    const position = filePosition(release.path('webhooks-followed'));
    expect(await position.read()).toBe(Number(await release.text('webhooks-followed')));
  });

  it('knows pseudonyms again', async () => {
    await copy('pseudonyms.csv', 'pseudonym.key');
    const table = join(folder, 'pseudonyms.csv');
    const key = await readKey(join(folder, 'pseudonym.key'));
    const exam = { program: 'pseudonymous', patient: 'P08', exam: '2026-03-08' };
    await extendTable(table, [{ exam }], key);
    expect(await readFile(table, 'utf8')).toBe(await release.text('pseudonyms.csv'));
    expect(await release.text('pseudonyms.csv')).toContain(
      'P08,2026-03-08,ceuk2pas2umhw7bt624hm4ly24,2026-03-08',
    );
  });

  it.each([
    [
      'csv',
      'exams.csv.part',
      'exams.csv.checkpoint',
      (state: unknown) => new CsvEncoder('finding', 'plain', state),
    ],
    [
      'parquet',
      'exams.parquet.part',
      'exams.parquet.checkpoint',
      (state: unknown) => new ParquetEncoder('finding', state),
    ],
    ['fhir', 'exams.fhir.part', 'exams.fhir.checkpoint', () => null],
  ])('is an export of %s that its own version can go on with', async (format, part, checkpoint, encoder) => {
    await copy(part, checkpoint);
    const request = JSON.stringify({ program: 'north', format, order: 'oldest-first' });
    const file = await ExportFile.open(join(folder, `exams.${format}`), request, false);
    await file.close();
    expect(file.checkpoint).toMatchObject({ exams: 6, cursor: expect.any(String) });
    expect(() => encoder(file.checkpoint?.encoder)).not.toThrow();
    // Its columns and references are former ones: today's would not fit behind them.
    const today = JSON.stringify({ program: 'north', format, order: 'oldest-first', form: 2 });
    await expect(ExportFile.open(join(folder, `exams.${format}`), today, false)).rejects.toThrow(
      /by another version .* --restart/,
    );
  });
});
