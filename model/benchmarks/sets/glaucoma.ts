import type { BenchmarkSet } from '../benchmark-set.ts';
import { CLASS_FOLDERS } from '../layouts/class-folders.ts';
import { LISTED_IN_ONE_FILE } from '../layouts/listed-classes.ts';
import { RETFOUND_SPLIT } from './retfound.ts';

/** PAPILA: photographs of both eyes of patients with and without glaucoma. Kovalyk et al. 2022. */
export const PAPILA: BenchmarkSet = {
  name: 'papila',
  title: 'PAPILA',
  what: 'glaucoma: none, suspected, present',
  task: 'classes',
  classes: [
    { name: 'normal', published: 'anormal' },
    { name: 'suspected-glaucoma', published: 'bsuspectglaucoma' },
    { name: 'glaucoma', published: 'cglaucoma' },
  ],
  feature: 'visual',
  sizes: { train: 311, validation: 79, test: 98 },
  publisher: 'https://doi.org/10.1038/s41597-022-01388-1',
  splitBy: RETFOUND_SPLIT,
  layouts: [CLASS_FOLDERS, LISTED_IN_ONE_FILE],
};

/** Glaucoma Fundus: machine learning classifiers for glaucoma. Ahn et al. 2018. */
export const GLAUCOMA_FUNDUS: BenchmarkSet = {
  name: 'glaucoma-fundus',
  title: 'Glaucoma Fundus',
  what: 'glaucoma: none, early, advanced',
  task: 'classes',
  classes: [
    { name: 'normal', published: 'anormal_control' },
    { name: 'early-glaucoma', published: 'bearly_glaucoma' },
    { name: 'advanced-glaucoma', published: 'cadvanced_glaucoma' },
  ],
  feature: 'visual',
  sizes: { train: 861, validation: 218, test: 465 },
  publisher: 'https://doi.org/10.7910/DVN/1YRRAC',
  splitBy: RETFOUND_SPLIT,
  layouts: [CLASS_FOLDERS, LISTED_IN_ONE_FILE],
};
