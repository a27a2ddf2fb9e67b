export { BURNT_IN_FLAGS, type BurntIn, type BurntInFlag } from './burnt-in/burnt-in.ts';
export { BURNT_IN_TEXT, type ReadablePhotograph, renderPhotograph } from './burnt-in/render-photograph.ts';
export { type Judgement, judge } from './judge.ts';
export { sidesFor } from './judge-squares.ts';
export {
  PreparationPool,
  type PreparationPoolOptions,
  type RenderedImage,
  type TimedImage,
} from './preparation-pool.ts';
export { type PreparedImage, prepareImage, QUALITY_GATE } from './prepare-image.ts';
export { INSPECTION_SIZE, type Square } from './square.ts';
export { THRESHOLDS } from './thresholds.ts';
