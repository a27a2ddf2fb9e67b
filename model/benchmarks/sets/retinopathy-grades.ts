import type { BenchmarkClass, BenchmarkSet } from '../benchmark-set.ts';
import { CLASS_FOLDERS } from '../layouts/class-folders.ts';
import { LISTED_IN_ONE_FILE, listedClasses } from '../layouts/listed-classes.ts';
import { RETFOUND_SPLIT } from './retfound.ts';

const GRADES = ['no-retinopathy', 'mild', 'moderate', 'severe', 'proliferative'];

function grades(folders: readonly string[]): BenchmarkClass[] {
  return folders.map((published, grade) => ({ name: GRADES[grade] ?? '', published }));
}

/** Indian Diabetic Retinopathy Image Dataset, disease grading. Porwal et al. 2018, doi 10.3390/data3030025. */
export const IDRID: BenchmarkSet = {
  name: 'idrid',
  title: 'IDRiD',
  what: 'diabetic retinopathy, five grades',
  task: 'grades',
  classes: grades(['anoDR', 'bmildDR', 'cmoderateDR', 'dsevereDR', 'eproDR']),
  feature: 'visual',
  sizes: { train: 329, validation: 84, test: 103 },
  publisher: 'https://ieee-dataport.org/open-access/indian-diabetic-retinopathy-image-dataset-idrid',
  splitBy: RETFOUND_SPLIT,
  layouts: [
    CLASS_FOLDERS,
    // The names in RET-CLIP's eval_IDRID.py; its validation part was split off by its authors.
    listedClasses({
      pattern:
        '{train,valid,test}/IMAGE with "IDRiD_Disease Grading_{Train,Valid,Testing}_Labels.csv" (Image name, grade)',
      files: (split) => {
        const part = { train: 'Train', validation: 'Valid', test: 'Testing' }[split];
        return [`IDRiD_Disease Grading_${part}_Labels.csv`];
      },
      idColumn: 'Image name',
    }),
  ],
};

/** APTOS 2019 Blindness Detection, Asia Pacific Tele-Ophthalmology Society, on Kaggle. */
export const APTOS2019: BenchmarkSet = {
  name: 'aptos2019',
  title: 'APTOS2019',
  what: 'diabetic retinopathy, five grades',
  task: 'grades',
  classes: grades(['anodr', 'bmilddr', 'cmoderatedr', 'dseveredr', 'eproliferativedr']),
  feature: 'visual',
  sizes: { train: 2048, validation: 514, test: 1100 },
  publisher: 'https://www.kaggle.com/competitions/aptos2019-blindness-detection',
  splitBy: RETFOUND_SPLIT,
  layouts: [CLASS_FOLDERS, LISTED_IN_ONE_FILE],
};
