import type { PriorExam } from './prior-query.ts';
import type { Eye, Reading } from './reading-query.ts';

type Field = Reading['photographs']['left'][number]['field'];

/** The photograph of an earlier visit that shows an eye as the present one does: the same field, else its primary one. */
export function priorPhotograph({ photographs }: PriorExam, eye: Eye, field: Field): string | null {
  const all = photographs[eye];
  // An unknown field counts as the macula.
  const same = all.find((one) => (one.field ?? 'macula') === (field ?? 'macula'));
  return (same ?? all[0])?.image ?? null;
}
