export { MANIFEST_FILE, type Manifest, manifestSchema } from './manifest.ts';
export { type Bundle, openBundle, verifyHashes, visionFile } from './open-bundle.ts';
export { type Comparison, LEAST_COSINES, verifyBundle } from './verify-bundle.ts';
