import type { BenchmarkClass, BenchmarkSet, Split } from '../benchmark-set.ts';
import { SPLIT_FOLDERS } from '../layouts/folders.ts';
import { binaryCell, type LabelFile, needColumns } from '../layouts/label-file.ts';
import { type LabelledSplit, labelledSplits, ownColumns } from '../layouts/labelled-splits.ts';

const COMMON: readonly BenchmarkClass[] = [
  { published: 'DR', name: 'diabetic-retinopathy' },
  { published: 'ARMD', name: 'amd' },
  { published: 'MH', name: 'media-haze' },
  { published: 'DN', name: 'drusen' },
  { published: 'MYA', name: 'myopia' },
  { published: 'BRVO', name: 'branch-retinal-vein-occlusion' },
  { published: 'TSLN', name: 'tessellation' },
  { published: 'ERM', name: 'epiretinal-membrane' },
  { published: 'LS', name: 'laser-scars' },
  { published: 'MS', name: 'macular-scar' },
  { published: 'CSR', name: 'central-serous-retinopathy' },
  { published: 'ODC', name: 'optic-disc-cupping' },
  { published: 'CRVO', name: 'central-retinal-vein-occlusion' },
  { published: 'TV', name: 'tortuous-vessels' },
  { published: 'AH', name: 'asteroid-hyalosis' },
  { published: 'ODP', name: 'optic-disc-pallor' },
  { published: 'ODE', name: 'optic-disc-edema' },
  { published: 'ST', name: 'optociliary-shunt' },
  { published: 'AION', name: 'anterior-ischemic-optic-neuropathy' },
  { published: 'PT', name: 'parafoveal-telangiectasia' },
  { published: 'RT', name: 'retinal-traction' },
  { published: 'RS', name: 'retinitis' },
  { published: 'CRS', name: 'chorioretinitis' },
  { published: 'EDN', name: 'exudation' },
  { published: 'RPEC', name: 'retinal-pigment-epithelium-changes' },
  { published: 'MHL', name: 'macular-hole' },
  { published: 'RP', name: 'retinitis-pigmentosa' },
];

const NO_DISEASE = ['ID', 'Disease_Risk'];

/**
 * The 28 labels of the challenge: 27 and OTHER. The full release names 45 diseases instead; its 18 rarer ones are OTHER.
 */
function challengeLabels(row: LabelFile['rows'][number], file: LabelFile, set: BenchmarkSet): number[] {
  needColumns(
    file,
    COMMON.map(({ published }) => published),
  );
  const place = `photograph ${row.ID}`;
  if (file.columns.includes('OTHER')) return ownColumns(row, file, set, place);
  const common = ownColumns(row, file, { ...set, classes: COMMON }, place);
  const known = new Set([...NO_DISEASE, ...COMMON.map(({ published }) => published)]);
  const rare = file.columns.filter((column) => !known.has(column) && /^[A-Z]+$/.test(column));
  const other = rare.some((column) => binaryCell(row[column], column, `"${file.path}", ${place}`) === 1);
  return [...common, other ? 1 : 0];
}

const PARTS: Readonly<
  Record<Split, readonly [set: string, photographs: string, labels: string, letter: string]>
> = {
  train: ['Training_Set', 'Training', 'RFMiD_Training_Labels.csv', 'a'],
  validation: ['Evaluation_Set', 'Validation', 'RFMiD_Validation_Labels.csv', 'b'],
  test: ['Test_Set', 'Test', 'RFMiD_Testing_Labels.csv', 'c'],
};

/** Places of a split in all releases: the challenge's (Kaggle doubles its folders), IEEE DataPort's, RET-CLIP's. */
function placesOf(split: Split): LabelledSplit {
  const [set, photographs, labels, letter] = PARTS[split];
  const title = { train: 'Training', validation: 'Validation', test: 'Testing' }[split];
  return {
    photographs: [
      `${set}/${photographs}`,
      `${set}/${set}/${photographs}`,
      `1. Original Images/${letter}. ${title} Set`,
      ...SPLIT_FOLDERS[split],
    ],
    labels: [`${set}/${labels}`, `${set}/${set}/${labels}`, `2. Groundtruths/${letter}. ${labels}`, labels],
  };
}

/** Retinal Fundus Multi-disease Image Dataset. Pachade et al. 2021, doi 10.3390/data6020014. */
export const RFMID: BenchmarkSet = {
  name: 'rfmid',
  title: 'RFMiD',
  what: '28 diseases and signs, several a photograph',
  task: 'labels',
  classes: [...COMMON, { published: 'OTHER', name: 'other' }],
  feature: 'visual',
  sizes: { train: 1920, validation: 640, test: 640 },
  publisher: 'https://ieee-dataport.org/open-access/retinal-fundus-multi-disease-image-dataset-rfmid',
  splitBy: 'its publisher',
  layouts: [
    labelledSplits({
      pattern:
        'Training_Set/Training/ID.png with Training_Set/RFMiD_Training_Labels.csv (ID, Disease_Risk, 28 or 45 labels), Evaluation_Set/Validation, Test_Set/Test; or "1. Original Images" and "2. Groundtruths"; or {train,valid,test}/ID.png beside the three label files',
      splits: { train: placesOf('train'), validation: placesOf('validation'), test: placesOf('test') },
      idColumn: 'ID',
      valuesOf: challengeLabels,
    }),
  ],
};
