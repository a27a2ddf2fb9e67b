export { MANIFEST_FILE, type Manifest, manifestSchema } from './manifest.ts';
export { type ModelCard, type ModelCardFigure, modelCardSchema, readModelCard } from './model-card.ts';
export {
  type Bundle,
  neededFiles,
  type OpenBundleOptions,
  openBundle,
  verifyHashes,
  visionFile,
} from './open-bundle.ts';
export { type Comparison, LEAST_COSINES, verifyBundle } from './verify-bundle.ts';
