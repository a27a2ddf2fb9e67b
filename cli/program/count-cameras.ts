import { LATERALITIES } from '../../core/exams/laterality.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';

/** How the eyes of one camera look beside their labels. Each eye counts once, by its primary image. */
export interface CameraTally {
  /** As the photographs' headers name it; `null` of those that name none. */
  readonly device: string | null;
  /** Eyes of which the detector is sure. */
  readonly eyes: number;
  /** Of the eye that they are named as. */
  readonly asNamed: number;
  /** Of exams whose photographs were turned by half, so that each looks like the other eye. */
  readonly turned: number;
  /** Suspect: of the other eye, so swapped, mirrored, or named wrong. */
  readonly otherEye: number;
}

export type CameraTallies = ReadonlyMap<string | null, CameraTally>;

const none = (device: string | null): CameraTally => ({
  device,
  ...{ eyes: 0, asNamed: 0, turned: 0, otherEye: 0 },
});

/**
 * Adds a result's eyes to what was counted before.
 *
 * @example lines.reduce(withCameras, new Map())
 */
export function withCameras(before: CameraTallies, line: Pick<ResultLine, 'eyes'>): CameraTallies {
  const tallies = new Map(before);
  for (const label of LATERALITIES) {
    const eye = line.eyes[label];
    const check = eye?.laterality;
    if (check === undefined || check.confidence < check.threshold) continue;
    const device = eye?.images[0]?.device ?? null;
    const tally = tallies.get(device) ?? none(device);
    const isNamed = check.detected === label;
    const counted = check.suspect ? 'otherEye' : isNamed ? 'asNamed' : 'turned';
    tallies.set(device, { ...tally, eyes: tally.eyes + 1, [counted]: tally[counted] + 1 });
  }
  return tallies;
}
