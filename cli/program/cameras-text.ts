import { colours as pc } from '../terminal/colours.ts';
import type { CameraTally } from './count-cameras.ts';

/** A share with its 95 % interval. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a camera does to its pictures, as its eyes show; `null` where nothing stands out. */
export type CameraHabit = 'turns' | 'mirrors-or-swaps' | 'some-swapped';

/** Of eyes that are named right, at most this share looks like the other one: docs/laterality.md. */
const FLAGGED_THOUGH_RIGHT = 0.007;

/** @param turned, otherEye shares of a camera's eyes; `null` without any */
export function habitOf(turned: Share | null, otherEye: Share | null): CameraHabit | null {
  if (turned !== null && turned.low > 0.5) return 'turns';
  if (otherEye === null) return null;
  if (otherEye.low > 0.5) return 'mirrors-or-swaps';
  return otherEye.low > FLAGGED_THOUGH_RIGHT ? 'some-swapped' : null;
}

const ADVICE: Readonly<Record<CameraHabit, string>> = {
  turns: 'It turns its pictures by half. Left and right are as named; nothing is to be done.',
  'mirrors-or-swaps':
    'Most of its eyes look like the other one, upright: it mirrors its pictures, or left and right are named the wrong way round there. Compare one picture with the patient, then mirror the pictures before they are sent, or correct the names and upload again.',
  'some-swapped':
    'More of its eyes look like the other one than of cameras that are named right: look at the exams with the flag laterality-suspect.',
};

/** A program's cameras, for a person. */
export function camerasText(
  program: string,
  cameras: readonly { readonly tally: CameraTally; readonly habit: CameraHabit | null }[],
): string {
  if (cameras.length === 0)
    return `No result of program ${program} tells which eye a photograph shows: no photograph is gradable, or its model has no detector.`;
  return [
    pc.bold(program),
    ...cameras.flatMap(({ tally, habit }) => {
      const { device, eyes, asNamed, turned, otherEye } = tally;
      const counts = `  ${device ?? 'no camera named'}: ${eyes} eyes; as named ${asNamed}, turned by half ${turned}, like the other eye ${otherEye}`;
      if (habit === null) return [counts];
      return [habit === 'turns' ? counts : pc.yellow(counts), `    ${ADVICE[habit]}`];
    }),
  ].join('\n');
}
