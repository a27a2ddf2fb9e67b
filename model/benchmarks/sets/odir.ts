import type { BenchmarkSet } from '../benchmark-set.ts';
import { PATIENT_PAIRS_BY_SPLIT, PATIENT_PAIRS_IN_ONE_FOLDER } from '../layouts/patient-pairs.ts';

/** Ocular Disease Intelligent Recognition, Peking University 2019: labels of patients, by both eyes. */
export const ODIR: BenchmarkSet = {
  name: 'odir',
  title: 'ODIR',
  what: 'eight labels of a patient, by both eyes',
  task: 'labels',
  classes: [
    { published: 'N', name: 'normal' },
    { published: 'D', name: 'diabetic-retinopathy' },
    { published: 'G', name: 'glaucoma' },
    { published: 'C', name: 'cataract' },
    { published: 'A', name: 'amd' },
    { published: 'H', name: 'hypertension' },
    { published: 'M', name: 'myopia' },
    { published: 'O', name: 'other' },
  ],
  feature: 'pair',
  sizes: null,
  publisher: 'https://odir2019.grand-challenge.org',
  splitBy: 'none is published for labelled patients: the folders, or a column "split", say it',
  layouts: [PATIENT_PAIRS_BY_SPLIT, PATIENT_PAIRS_IN_ONE_FOLDER],
};
