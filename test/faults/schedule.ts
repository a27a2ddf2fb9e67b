import type { Laterality } from '../../core/exams/laterality.ts';
import { seededRandom } from '../crash/seeded-random.ts';
import type { ArmedFault } from './armed-faults.ts';
import type { PhotographKind } from './photographs.ts';

/** The parts of the system that a step lets work for a while. */
export type Part =
  | 'preparation'
  | 'bulk-preparation'
  | 'intake'
  | 'results'
  | 'worker'
  | 'jobs'
  | 'reconciler';

/** One thing that happens, and the faults that wait for those who take part in it. */
export type Step = { readonly faults: readonly ArmedFault[] } & (
  | {
      readonly kind: 'upload';
      readonly patient: string;
      readonly laterality: Laterality;
      readonly photograph: PhotographKind;
    }
  /** The very bytes of the eye's last photograph, sent again. */
  | { readonly kind: 'upload again'; readonly patient: string; readonly laterality: Laterality }
  | { readonly kind: 'work'; readonly part: Part }
  /** Another part works while the patient is erased. */
  | { readonly kind: 'erase'; readonly patient: string; readonly beside: Part }
  | { readonly kind: 'change model' }
  | { readonly kind: 'job'; readonly mode: 'screen' | 'rescore' }
  /** Time passes, for every clock. */
  | { readonly kind: 'pass'; readonly seconds: number }
  /** The wall clock alone is set. */
  | { readonly kind: 'step clock'; readonly seconds: number }
  /** Messages are lost, as after the time that a queue keeps them. */
  | { readonly kind: 'empty queue'; readonly queue: EmptiedQueue }
  /** What was prepared of a patient's images has expired, or cannot be read. */
  | { readonly kind: 'lose pixels' | 'damage pixels'; readonly patient: string }
  | { readonly kind: 'save database' }
  | { readonly kind: 'restore database' }
);

/** Queues that lose what they hold. */
export type EmptiedQueue = 'preparation' | 'bulk-preparation' | 'intake' | 'screening' | 'results';

export interface Schedule {
  readonly seed: number;
  readonly steps: readonly Step[];
}

const PATIENTS = ['P1', 'P2', 'P3', 'P4'] as const;
const PARTS = ['preparation', 'intake', 'results', 'worker', 'jobs', 'reconciler'] as const;
const QUEUES = ['preparation', 'bulk-preparation', 'intake', 'screening', 'results'] as const;
const HOUR = 3_600;
const CLOCK_STEPS = [-2, 2, -HOUR, HOUR, -15 * 24 * HOUR, 15 * 24 * HOUR] as const;
const SHORTEST = 18;
const LONGEST = 40;

class Draw {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  integer(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  of<const Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.integer(0, items.length - 1)] ?? items[0];
  }

  /** One of the names, each as likely as its weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.#random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return (entries.at(-1) as [Name, number])[0];
  }
}

/** How many calls a step makes, about: a fault that waits for a later one never happens. */
const CALLS: Readonly<Partial<Record<Step['kind'], number>>> = {
  upload: 1,
  'upload again': 1,
  work: 16,
  erase: 12,
};

function faultsOf(draw: Draw, kind: Step['kind']): ArmedFault[] {
  const calls = CALLS[kind] ?? 1;
  if (draw.chance(0.35)) return [];
  const fault = draw.weighted<ArmedFault['fault']>({
    kill: 5,
    'lost acknowledgement': 3,
    'duplicate delivery': kind === 'work' ? 2 : 0,
    'reordered delivery': kind === 'work' ? 2 : 0,
    'disk full': 3,
  });
  // Messages are received and sent once in a step or twice.
  const last = fault === 'reordered delivery' || fault === 'duplicate delivery' ? 0 : calls - 1;
  return [{ fault, after: draw.integer(0, last), done: draw.chance(0.5), calls: draw.integer(1, 6) }];
}

function stepOf(draw: Draw): Step {
  const kind = draw.weighted<Step['kind']>({
    ...{
      upload: 30,
      'upload again': 5,
      work: 44,
      erase: 4,
      'lose pixels': 3,
      'damage pixels': 2,
      'change model': 3,
      job: 3,
      pass: 8,
    },
    ...{ 'step clock': 5, 'empty queue': 3, 'save database': 3, 'restore database': 3 },
  });
  const faults = faultsOf(draw, kind);
  const patient = draw.of(PATIENTS);
  const laterality = draw.of(['left', 'right']);
  switch (kind) {
    case 'upload': {
      const photograph = draw.weighted<PhotographKind>({ good: 17, poison: 1, 'scan bomb': 1, broken: 1 });
      return { kind, faults, patient, laterality, photograph };
    }
    case 'upload again':
      return { kind, faults, patient, laterality };
    case 'work':
      return {
        kind,
        faults,
        part: draw.weighted<Part>({
          ...{
            preparation: 5,
            'bulk-preparation': 1,
            intake: 4,
            results: 3,
            worker: 4,
            jobs: 1,
            reconciler: 1,
          },
        }),
      };
    case 'erase':
      return { kind, faults, patient, beside: draw.of(PARTS) };
    case 'job':
      return { kind, faults, mode: draw.of(['screen', 'rescore']) };
    case 'pass':
      return { kind, faults, seconds: draw.of([1, 61, 901]) };
    case 'step clock':
      return { kind, faults, seconds: draw.of(CLOCK_STEPS) };
    case 'empty queue':
      return { kind, faults, queue: draw.of(QUEUES) };
    case 'lose pixels':
    case 'damage pixels':
      return { kind, faults, patient };
    default:
      return { kind, faults };
  }
}

/**
 * What a seed makes happen: the same steps and faults for the same seed.
 *
 * @example scheduleOf(7).steps.length // 18 to 40
 */
export function scheduleOf(seed: number): Schedule {
  const draw = new Draw(seed);
  const length = draw.integer(SHORTEST, LONGEST);
  return { seed, steps: Array.from({ length }, () => stepOf(draw)) };
}
