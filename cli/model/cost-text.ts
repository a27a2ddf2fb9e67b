import type { Bundle, Cost } from '../../model/bundle/index.ts';
import type { Precision } from '../../model/onnx/layers.ts';

/** What an image costs in each precision, a line each. */
export function costText(costs: ReadonlyMap<Precision, Cost>): string[] {
  return [...costs].map(
    ([precision, { coreMilliseconds, processor }]) =>
      `${precision} ${coreMilliseconds} core-ms an image, on ${processor}`,
  );
}

/** The same of what a bundle says of itself; one line where it was not measured. */
export function costLines({ directory, manifest }: Bundle): string[] {
  const known = (Object.keys(manifest.variants) as Precision[]).flatMap((precision) => {
    const cost = manifest.variants[precision]?.cost;
    return cost === undefined ? [] : [[precision, cost] as const];
  });
  return known.length > 0 ? costText(new Map(known)) : [`not measured: retclip model cost "${directory}"`];
}
