import type { DecodingNeed } from './decoding-need.ts';
import { DecodingError, ImageError } from './errors.ts';
import type { DecodingEnd } from './process/decoder-process.ts';
import type { DecodedAnswer, DecodingAnswer, RenderedAnswer } from './process/decoding-messages.ts';
import type { RenditionKind } from './renditions/rendition-kinds.ts';

export interface DecodedImage {
  /** RGB, interleaved, rows from the top: uint8 [side, side, 3], one for each side. */
  readonly squares: readonly Uint8Array[];
  /** Of the photograph, upright. */
  readonly width: number;
  readonly height: number;
  /** What the finish made of the squares; `null` if there is none. */
  readonly finished: unknown;
  /** Processor time of the child. */
  readonly processorMilliseconds: number;
}

/** What readers see of a photograph: a JPEG of each kind that was asked for, which holds pixels and nothing else. */
export type RenderedPhotograph<Kind extends RenditionKind = RenditionKind> = {
  readonly [Wished in Kind]: Uint8Array;
} & {
  /** Of the photograph, upright. */
  readonly width: number;
  readonly height: number;
  /** What the retouch saw; `null` if there is none. */
  readonly seen: unknown;
  /** Processor time of the child. */
  readonly processorMilliseconds: number;
};

export type AnsweredEnd = Extract<DecodingEnd, { readonly kind: 'answered' }>;

/** @throws ImageError if the decoder refused the file, DecodingError if it failed */
function throwRefusal(answer: DecodingAnswer): void {
  const { processorMilliseconds } = answer;
  if (answer.kind === 'fault') throw new DecodingError(`A decoder failed: ${answer.detail}`);
  if (answer.kind === 'refused') {
    throw new ImageError(answer.reason, answer.detail, { measured: { processorMilliseconds } });
  }
}

/** Parts of a body that lie one behind the other. */
function partsOf(body: Buffer, lengths: readonly number[]): Uint8Array[] {
  let from = 0;
  return lengths.map((length) => {
    const part = body.subarray(from, from + length);
    from += length;
    return part;
  });
}

/** @throws ImageError if the decoder refused the file */
export function decodedImage({ answer, body }: AnsweredEnd, sides: readonly number[]): DecodedImage {
  throwRefusal(answer);
  const { processorMilliseconds } = answer;
  const { width, height, finished } = answer as DecodedAnswer;
  const squares = partsOf(
    body,
    sides.map((side) => side * side * 3),
  );
  return { squares, width, height, finished, processorMilliseconds };
}

/** @throws ImageError if the decoder refused the file */
export function renderedPhotograph<Kind extends RenditionKind>(
  { answer, body }: AnsweredEnd,
  kinds: readonly Kind[],
): RenderedPhotograph<Kind> {
  throwRefusal(answer);
  const { processorMilliseconds } = answer;
  const { width, height, fileBytes, seen } = answer as RenderedAnswer;
  const files = partsOf(body, fileBytes);
  const byKind = Object.fromEntries(kinds.map((kind, index) => [kind, files[index]]));
  return { ...byKind, width, height, seen, processorMilliseconds } as RenderedPhotograph<Kind>;
}

/**
 * What an end without pixels says of the file.
 *
 * @param attempts that were made
 */
export function refusalOf(
  end: DecodingEnd,
  { milliseconds, bytes }: DecodingNeed,
  attempts: number,
): ImageError {
  const estimated = { estimatedMilliseconds: milliseconds, estimatedBytes: bytes };
  if (end.kind === 'answered' && end.answer.kind === 'over') {
    const { reason, measured } = end.answer;
    const what = reason === 'too-much-memory' ? 'more memory' : 'more processor time';
    const detail = `Its decoder was ended: it took ${what} than its header accounts for.`;
    return new ImageError(reason, detail, { measured: { ...measured, ...estimated } });
  }
  if (end.kind === 'died') {
    const detail = `Its decoder died ${attempts} times (${end.how}).`;
    return new ImageError('decoder-crashed', detail, { measured: estimated });
  }
  return new ImageError('too-slow-to-decode', `Its decoder did not answer ${attempts} times and was ended.`, {
    measured: estimated,
  });
}
