import type { Bundle } from '../../model/bundle/index.ts';

/**
 * What of a bundle's features no tensor of its checkpoint tells, so that only numbers of the checkpoint's own implementation
 * can prove it.
 *
 * @returns each in words
 */
export function unprovenOf({ geometry }: Pick<Bundle['manifest'], 'geometry'>): string[] {
  const { vision, text } = geometry;
  const heads = `${text.heads} attention heads and GELU of the text tower`;
  switch (vision.kind) {
    case 'vit':
      return [
        `${vision.heads} attention heads, ${vision.activation === 'gelu' ? 'GELU' : 'QuickGELU'} and the epsilon 1e-5 of the vision tower`,
        heads,
      ];
    case 'resnet':
      return [`${vision.heads} heads of the pooling attention`, heads];
    case 'mbconv':
      return [heads];
  }
}
