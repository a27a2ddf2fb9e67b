import type { ActiveModel } from '../../core/activation/active-model.ts';
import { modelInput } from './model-input.ts';
import { offeredPrecisions } from './offered-precisions.ts';
import type { Bundle } from './open-bundle.ts';

/** What is active where a bundle screens by its own heads. */
export function activeModelOfBundle({ manifest, heads }: Pick<Bundle, 'manifest' | 'heads'>): ActiveModel {
  return {
    schema: 'active-model/1',
    model: manifest.id,
    preprocessing: manifest.preprocessing.id,
    heads: heads.map(({ name, id }) => ({ name, id })),
    trained: manifest.trained,
    embedding: manifest.geometry.embedding,
    input: modelInput(manifest),
    precisions: offeredPrecisions(manifest),
  };
}
