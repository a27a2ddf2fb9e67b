export { judgeQuality } from './judge.ts';
export { sidesFor } from './judge-squares.ts';
export { PreparationPool, type PreparationPoolOptions, type TimedImage } from './preparation-pool.ts';
export { type PreparedImage, prepareImage, QUALITY_GATE } from './prepare-image.ts';
export { INSPECTION_SIZE, type Square } from './square.ts';
export { THRESHOLDS } from './thresholds.ts';
