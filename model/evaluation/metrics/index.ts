export {
  BinnedProbabilities,
  brierScore,
  expectedCalibrationError,
  RELIABILITY_BINS,
  type ReliabilityBin,
  reliability,
} from './calibration.ts';
export {
  type Confusion,
  confusionAt,
  f1,
  negativePredictiveValue,
  positivePredictiveValue,
  sensitivity,
  specificity,
} from './confusion.ts';
export { type Figure, figureOf, singleClassReason } from './figure.ts';
export { quadraticKappa } from './kappa.ts';
export { macroMean } from './macro.ts';
export {
  areaUnderRoc,
  averagePrecisionOf,
  type Cumulative,
  type Multiplicities,
  RankedScores,
} from './ranked-scores.ts';
export { type RocCurve, rocAtGrid, rocCurve } from './roc-curve.ts';
export { wilsonInterval } from './wilson-interval.ts';
