import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Field, isFieldDoubtful, type SeenField } from '../../core/exams/field.ts';
import { cameraMaker } from './camera-maker.ts';

/** What a gradable photograph shows, beside what its sender said. */
export interface LookedAt {
  readonly program: string;
  /** The camera, as the photograph's header names it. */
  readonly device: string | undefined;
  /** What its sender named it as; `null` if nothing. */
  readonly named: Field | null;
  /** What it shows; `null` where that is not sure. */
  readonly seen: SeenField | null;
}

/** Where it is counted which fields preparation sees. */
export interface FieldCounts {
  add(photograph: LookedAt): void;
}

/**
 * Counters of fields, each of gradable photographs. `FieldUnnamed`: its sender named none. `FieldUnnamedDisc`: of these,
 * seen as of the disc, so that its eye supports no `recall` by it. The other four are of all photographs.
 */
export const FIELD_COUNTERS = [
  'FieldUnnamed',
  'FieldUnnamedDisc',
  'FieldSeenMacula',
  'FieldSeenDisc',
  'FieldUndecided',
  'FieldDoubtful',
] as const;
export type FieldCounter = (typeof FIELD_COUNTERS)[number];

const SEEN = { macula: 'FieldSeenMacula', disc: 'FieldSeenDisc' } as const;

/** @example fieldCountersOf({ named: null, seen: 'disc' }) // ['FieldUnnamed', 'FieldUnnamedDisc', 'FieldSeenDisc'] */
export function fieldCountersOf({ named, seen }: Pick<LookedAt, 'named' | 'seen'>): FieldCounter[] {
  return [
    ...(named === null ? ['FieldUnnamed' as const] : []),
    ...(named === null && seen === 'disc' ? ['FieldUnnamedDisc' as const] : []),
    seen === null ? 'FieldUndecided' : SEEN[seen],
    ...(isFieldDoubtful(named, seen) ? ['FieldDoubtful' as const] : []),
  ];
}

/** A process tells apart so many programs; photographs of further ones are counted under `other`. */
const MOST_PROGRAMS = 50;

/**
 * Counts fields as CloudWatch metrics, three times over: of all, by program, and by the camera's maker. By program and maker
 * together they would be as many as both multiplied.
 *
 * @param metrics of its own: what it has stored is published with each photograph
 */
export function fieldMetrics(metrics: Metrics): FieldCounts {
  const programs = new Set<string>();
  const bounded = (program: string): string => {
    if (programs.size < MOST_PROGRAMS) programs.add(program);
    return programs.has(program) ? program : 'other';
  };
  return {
    add: ({ program, device, named, seen }) => {
      for (const counter of fieldCountersOf({ named, seen })) metrics.addMetric(counter, MetricUnit.Count, 1);
      metrics
        .addDimensions({})
        .addDimensions({ program: bounded(program) })
        .addDimensions({ camera: cameraMaker(device) })
        .publishStoredMetrics();
    },
  };
}
