import { CheckpointMismatchError } from '../errors.ts';

/** Names that RET-CLIP+ has and RET-CLIP has not: a norm within the transformer, and what a masked autoencoder decodes by. */
const FOREIGN =
  /^visual\.transformer\.ln_post\.|(?:^|[._])decoder(?:[._]|$)|(?:^|[._])mask_token$|(?:^|[._])mae(?:[._]|$)/;

/**
 * Refuses RET-CLIP+, which trains a masked autoencoder beside RET-CLIP's objective. Its tower normalises at another place,
 * which no published code shows: read as RET-CLIP it would give other features in silence.
 *
 * @throws CheckpointMismatchError naming what shows it
 */
export function refuseRetClipPlus(path: string, names: readonly string[]): void {
  const found = names.find((name) => !/^(?:bert|cls)\./.test(name) && FOREIGN.test(name));
  if (found === undefined) return;
  throw new CheckpointMismatchError(
    `"${path}" is a checkpoint of RET-CLIP+ ("${found}"), a masked autoencoder beside RET-CLIP, whose features this system does not compute. Import a checkpoint of RET-CLIP.`,
  );
}
