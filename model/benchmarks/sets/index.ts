import type { BenchmarkSet } from '../benchmark-set.ts';
import { GLAUCOMA_FUNDUS, PAPILA } from './glaucoma.ts';
import { JSIEC, RETINA } from './many-diseases.ts';
import { ODIR } from './odir.ts';
import { APTOS2019, IDRID } from './retinopathy-grades.ts';
import { RFMID } from './rfmid.ts';

/** Every set, in the paper's order. */
export const BENCHMARK_SETS: readonly BenchmarkSet[] = [
  IDRID,
  APTOS2019,
  PAPILA,
  GLAUCOMA_FUNDUS,
  JSIEC,
  RETINA,
  RFMID,
  ODIR,
];
