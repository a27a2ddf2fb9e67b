import { MODELS_PREFIX } from '../activation/active-model.ts';

/**
 * Object key of a file of a model bundle.
 *
 * @param model id of the bundle
 * @param file its path in the bundle's folder
 * @example bundleFileKey('9f…', 'heads/odir.json') // 'models/9f…/heads/odir.json'
 */
export function bundleFileKey(model: string, file: string): string {
  return `${MODELS_PREFIX}${model}/${file}`;
}

/** Heads of a bundle lie in this folder of it. */
export const BUNDLE_HEADS = 'heads/';

/** Name of a head's file in its bundle. @example bundleHeadFile('odir') // 'heads/odir.json' */
export function bundleHeadFile(name: string): string {
  return `${BUNDLE_HEADS}${name}.json`;
}
