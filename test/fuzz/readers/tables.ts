import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../../../cli/errors.ts';
import { planManifest } from '../../../cli/upload/plan-manifest.ts';
import { readText } from '../../../cli/upload/read-text.ts';
import { CoreError } from '../../../core/errors.ts';
import { manifestPage } from '../../../core/jobs/planning/uploaded-manifest.ts';
import { explainFolder } from '../../../core/names/explain-folder.ts';
import { checkOwnPattern, readOwnPattern } from '../../../core/names/own-pattern.ts';
import { readLabels } from '../../../model/cohort/read-labels.ts';
import { ModelError } from '../../../model/errors.ts';
import { mutateArchive } from '../mutate-archive.ts';
import type { Reader } from '../reader.ts';
import { texts, textual } from './mutations.ts';
import { workbook } from './workbook.ts';

const MANIFEST =
  'program,patient,exam,laterality,path\nnorth,P1,2026-05-01,left,a.jpg\nnorth,P1,2026-05-01,OD,"b,1.jpg"\n';

/** Files by their paths, one a line. */
function filesIn(paths: string) {
  return paths
    .split('\n')
    .slice(0, 200)
    .map((path) => {
      const folders = path.split('/');
      return { stem: (folders.pop() ?? '').replace(/\.[^.]*$/, ''), folders };
    });
}

/** Tables, names and patterns. */
export const tableReaders: readonly Reader[] = [
  {
    name: 'manifest',
    seeds: texts(MANIFEST, MANIFEST.replaceAll(',', ';'), `\ufeff${MANIFEST}`),
    mutate: textual,
    async read(input, folder) {
      await writeFile(join(folder, 'manifest.csv'), input);
      await planManifest(join(folder, 'manifest.csv'));
    },
    refusals: [CliError, CoreError],
  },
  {
    name: 'workbook',
    seeds: async () => [await workbook()],
    mutate: mutateArchive,
    async read(input, folder) {
      await writeFile(join(folder, 'manifest.xlsx'), input);
      await planManifest(join(folder, 'manifest.xlsx'));
    },
    refusals: [CliError, CoreError],
  },
  {
    name: 'encoded-text',
    seeds: async () => [
      Buffer.from(MANIFEST),
      Buffer.from(`\ufeff${MANIFEST}`, 'utf16le'),
      Buffer.from('\xcf\xee\xb6', 'latin1'),
    ],
    mutate: textual,
    read: async (input) =>
      [undefined, 'gbk', 'windows-1252', 'utf-16'].map((encoding) => readText(input, encoding)),
    refusals: [CliError],
  },
  {
    name: 'labels',
    seeds: texts('patient,exam,label,left\nP1,1,1,0\nP2,1,0,1\n', 'patient,amd,glaucoma\nP1,1,0\nP2,0,1\n'),
    mutate: textual,
    async read(input, folder) {
      await writeFile(join(folder, 'labels.csv'), input);
      await readLabels(join(folder, 'labels.csv'));
    },
    refusals: [ModelError],
  },
  {
    name: 'file-names',
    seeds: texts(
      'P1_left.jpg\nP1_right.jpg\n2026-05-01/P2/OS_101523.jpg\n2026-05-01/P2/OD.png',
      '张伟/左眼.jpg\n张伟/R2.tif\nIMG_0012 (1).JPG',
    ),
    mutate: textual,
    read: async (input) => explainFolder(filesIn(input.toString())),
    refusals: [CoreError],
  },
  {
    name: 'own-pattern',
    seeds: texts('{patient}_{date}_{eye}_{n}\nP1_20260501_OD_2', '{patient}/{eye}-*\nP1/left-x'),
    mutate: textual,
    async read(input) {
      const [pattern = '', ...names] = input.toString().split('\n');
      checkOwnPattern(pattern);
      readOwnPattern(filesIn(names.join('\n')), pattern, undefined);
    },
    refusals: [CoreError],
  },
  {
    name: 'job-manifest',
    seeds: texts('{"patient": "P1", "exam": "1"}\n{"patient": "P2", "exam": "2026-05-01"}\n'),
    mutate: textual,
    read: async (input) =>
      manifestPage(
        {
          head: async () => ({ bytes: input.length, versionId: 'v' }),
          get: async () => ({ content: input.subarray(0, 131_072) }),
        } as never,
        'job-manifests/m.jsonl',
        0,
      ),
    refusals: [CoreError],
  },
];
