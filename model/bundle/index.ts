export { activeModelOfBundle } from './active-model-of.ts';
export { type Agreement, LEAST_PATIENTS, MOST_CHANGED_SHARE } from './agreement.ts';
export type { Cost } from './cost.ts';
export { MANIFEST_FILE, type Manifest, manifestSchema } from './manifest.ts';
export { type ModelCard, type ModelCardFigure, modelCardSchema, readModelCard } from './model-card.ts';
export { modelInput } from './model-input.ts';
export {
  agreementText,
  isOffered,
  offeredPrecisions,
  precisionFlags,
  whyNotOffered,
} from './offered-precisions.ts';
export {
  type Bundle,
  neededFiles,
  type OpenBundleOptions,
  openBundle,
  verifyHashes,
  visionFileName,
} from './open-bundle.ts';
export { type StoredFile, storeBundle } from './store-bundle.ts';
