import type { ModelInput } from '../../core/activation/active-model.ts';
import type { Manifest } from './manifest.ts';

/** What a bundle's images are prepared to. */
export function modelInput({ geometry, detector, files }: Manifest): ModelInput {
  return {
    imageSize: geometry.vision.imageSize,
    detector: (detector && files[detector.graph]?.sha256) ?? null,
  };
}
