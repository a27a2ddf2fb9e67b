/** Every shard of features begins so. */
export const FEATURES_PREFIX = 'features/';

/**
 * Key of a shard of features: one inference batch of one program's or several programs' exams.
 *
 * @param shard unique name of the batch
 * @example featureShardKey('ab12…', new Date('2026-05-01'), '01J…') // 'features/ab12…/2026/05/01/01J….safetensors'
 */
export function featureShardKey(model: string, at: Date, shard: string): string {
  return `${FEATURES_PREFIX}${model}/${at.toISOString().slice(0, 10).replaceAll('-', '/')}/${shard}.safetensors`;
}
