import type { BenchmarkSet } from '../benchmark-set.ts';
import { CLASS_FOLDERS } from '../layouts/class-folders.ts';
import { LISTED_IN_ONE_FILE } from '../layouts/listed-classes.ts';
import { RETFOUND_SPLIT } from './retfound.ts';

/** Class folders of JSIEC, in the order of their letters: so does torchvision's ImageFolder number them. */
const JSIEC_FOLDERS = [
  '0.0.Normal',
  '0.1.Tessellated fundus',
  '0.2.Large optic cup',
  '0.3.DR1',
  '1.0.DR2',
  '1.1.DR3',
  '10.0.Possible glaucoma',
  '10.1.Optic atrophy',
  '11.Severe hypertensive retinopathy',
  '12.Disc swelling and elevation',
  '13.Dragged Disc',
  '14.Congenital disc abnormality',
  '15.0.Retinitis pigmentosa',
  '15.1.Bietti crystalline dystrophy',
  '16.Peripheral retinal degeneration and break',
  '17.Myelinated nerve fiber',
  '18.Vitreous particles',
  '19.Fundus neoplasm',
  '2.0.BRVO',
  '2.1.CRVO',
  '20.Massive hard exudates',
  '21.Yellow-white spots-flecks',
  '22.Cotton-wool spots',
  '23.Vessel tortuosity',
  '24.Chorioretinal atrophy-coloboma',
  '25.Preretinal hemorrhage',
  '26.Fibrosis',
  '27.Laser Spots',
  '28.Silicon oil in eye',
  '29.0.Blur fundus without PDR',
  '29.1.Blur fundus with suspected PDR',
  '3.RAO',
  '4.Rhegmatogenous RD',
  '5.0.CSCR',
  '5.1.VKH disease',
  '6.Maculopathy',
  '7.ERM',
  '8.MH',
  '9.Pathological myopia',
];

/** "10.0.Possible glaucoma" is "possible-glaucoma". */
function nameOfFolder(folder: string): string {
  return folder
    .replace(/^[\d.]+/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
}

/** JSIEC: 1,000 photographs of the Joint Shantou International Eye Centre. Cen et al. 2021. */
export const JSIEC: BenchmarkSet = {
  name: 'jsiec',
  title: 'JSIEC',
  what: '39 diseases and conditions, one a photograph',
  task: 'classes',
  classes: JSIEC_FOLDERS.map((published) => ({ name: nameOfFolder(published), published })),
  feature: 'visual',
  sizes: { train: 534, validation: 150, test: 316 },
  publisher: 'https://zenodo.org/records/3477553',
  splitBy: RETFOUND_SPLIT,
  layouts: [CLASS_FOLDERS, LISTED_IN_ONE_FILE],
};

/** Retina: a set of unknown origin on Kaggle. */
export const RETINA: BenchmarkSet = {
  name: 'retina',
  title: 'Retina',
  what: 'normal, cataract, glaucoma, other disease of the retina',
  task: 'classes',
  classes: [
    { name: 'normal', published: 'anormal' },
    { name: 'cataract', published: 'bcataract' },
    { name: 'glaucoma', published: 'cglaucoma' },
    { name: 'retina-disease', published: 'ddretina_disease' },
  ],
  feature: 'visual',
  sizes: { train: 336, validation: 84, test: 181 },
  publisher: 'https://www.kaggle.com/datasets/jr2ngb/cataractdataset',
  splitBy: RETFOUND_SPLIT,
  layouts: [CLASS_FOLDERS, LISTED_IN_ONE_FILE],
};
