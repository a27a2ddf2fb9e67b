import type { Calibration } from '../../../../core/heads/head.ts';

interface Block {
  readonly from: number;
  to: number;
  weight: number;
  sum: number;
}

/**
 * Fits the probabilities that rise with the score and are nearest to the labels, by pooling adjacent violators. Kept are
 * the ends of each stretch of one probability; between them it is interpolated.
 *
 * @param labels 1 or 0
 * @see Zadrozny and Elkan 2002
 */
export function isotonicCalibration(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Extract<Calibration, { kind: 'isotonic' }> {
  const order = Array.from(scores, (_, index) => index).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  const blocks: Block[] = [];
  let place = 0;
  while (place < order.length) {
    const score = scores[order[place] as number] as number;
    const block: Block = { from: score, to: score, weight: 0, sum: 0 };
    for (; place < order.length && scores[order[place] as number] === score; place += 1) {
      block.weight += 1;
      block.sum += labels[order[place] as number] as number;
    }
    blocks.push(block);
    pool(blocks);
  }
  const points = blocks.flatMap(({ from, to, weight, sum }) => {
    const probability = sum / weight;
    return from === to
      ? [[from, probability] as const]
      : ([
          [from, probability],
          [to, probability],
        ] as const);
  });
  return {
    kind: 'isotonic',
    scores: points.map(([score]) => score),
    probabilities: points.map(([, probability]) => probability),
  };
}

/** Joins the last blocks as long as they do not rise. */
function pool(blocks: Block[]): void {
  for (;;) {
    const [before, last] = [blocks.at(-2), blocks.at(-1)];
    if (before === undefined || last === undefined) return;
    if (before.sum * last.weight < last.sum * before.weight) return;
    blocks.pop();
    before.to = last.to;
    before.weight += last.weight;
    before.sum += last.sum;
  }
}
