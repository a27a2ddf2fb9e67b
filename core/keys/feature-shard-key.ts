/** Every shard of features begins so. */
export const FEATURES_PREFIX = 'features/';
/** A shard whose rows are listed under their patients: see `core/features/feature-rows.ts`. Former releases listed none. */
const LISTED = '-listed.safetensors';

/**
 * Key of a shard of features: one inference batch of one program's or several programs' exams.
 *
 * @param shard unique name of the batch
 * @example featureShardKey('ab12…', new Date('2026-05-01'), '01J…') // 'features/ab12…/2026/05/01/01J…-listed.safetensors'
 */
export function featureShardKey(model: string, at: Date, shard: string): string {
  return listedShard(`${model}/${at.toISOString().slice(0, 10).replaceAll('-', '/')}/${shard}`);
}

/** @param path what `shardPath` gives */
export function listedShard(path: string): string {
  return `${FEATURES_PREFIX}${path}${LISTED}`;
}

/** @returns what tells a listed shard apart: `ab12…/2026/05/01/01J…` */
export function shardPath(shard: string): string {
  return shard.slice(FEATURES_PREFIX.length, -LISTED.length);
}

/** `true` if a shard's rows are listed under their patients. */
export function isListedShard(shard: string): boolean {
  return shard.endsWith(LISTED);
}

/** The day on which a shard was made, `2026-05-01`; `null` where its key tells none. */
export function dayOfShard(shard: string): string | null {
  const [, day] = /^features\/[^/]+\/(\d{4}\/\d{2}\/\d{2})\//.exec(shard) ?? [];
  return day?.replaceAll('/', '-') ?? null;
}
