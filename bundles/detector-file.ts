import { fileURLToPath } from 'node:url';

/** Checkpoint of the detector that the default bundle is made with; its settings lie beside it. */
export const DETECTOR_CHECKPOINT = fileURLToPath(new URL('./detector.safetensors', import.meta.url));
