import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import { listPrograms } from '../../core/programs/program-register.ts';

/** A page of programs. */
const PAGE = 100;
/** Exams of a program that are looked at: those that were registered first. One that is screened again is old, and waits briefly. */
const LOOKED_AT = 100;

/** The exam of a program that has waited longest. */
export interface Waiting {
  readonly program: string;
  /** `program/patient/exam` */
  readonly exam: string;
  readonly seconds: number;
}

/** The name of the metric: of all programs, and of each. */
export const WAITING_METRIC = 'OldestExamSeconds';

/** Where it is told for how long programs wait. */
export interface WaitingTimes {
  /** @param seconds 0 where no exam of the program waits */
  add(program: string, seconds: number): void;
}

/** As CloudWatch metrics, by program and of all. @param metrics of its own: what it has stored is published with each program */
export function waitingMetrics(metrics: Metrics): WaitingTimes {
  return {
    add: (program, seconds) => {
      metrics.addMetric(WAITING_METRIC, MetricUnit.Seconds, seconds);
      metrics.addDimensions({}).addDimensions({ program }).publishStoredMetrics();
    },
  };
}

export interface TellWaitingOptions {
  readonly home: Pick<Home, 'objects' | 'exams'>;
  readonly log: Log;
  readonly times: WaitingTimes;
  readonly now?: () => Date;
}

/** Since when an exam waits: for its photographs no longer than its pairing window, then for its answer. */
function waitsSince({ status, pairingDeadline, request, createdAt }: ExamRecord): string {
  return status === 'registered' ? pairingDeadline : (request?.requestedAt ?? createdAt);
}

async function longestWaiting(
  { exams }: Pick<Home, 'exams'>,
  program: string,
  now: Date,
): Promise<Waiting | undefined> {
  const { items } = await exams.list(program, {
    listings: ['registered', 'screening'],
    order: 'oldest-first',
    limit: LOOKED_AT,
  });
  return items
    .map((record) => ({
      program,
      exam: examName(record),
      // A clock that was set back has asked in the future.
      seconds: Math.max(0, (now.getTime() - Date.parse(waitsSince(record))) / 1_000),
    }))
    .toSorted((a, b) => b.seconds - a.seconds)[0];
}

/**
 * Tells of each program how long an exam of it has waited for its result. Queues tell of messages, whose age begins again
 * whenever one is sent again; this tells of exams, whatever their messages did.
 *
 * @returns the programs of which exams wait, in the order of their names
 */
export async function tellWaiting(options: TellWaitingOptions): Promise<readonly Waiting[]> {
  const { home, log, times, now = () => new Date() } = options;
  const waiting: Waiting[] = [];
  for (let cursor: string | undefined; ; ) {
    const programs = await listPrograms(home.objects, { limit: PAGE, cursor });
    for (const program of programs.items) {
      const longest = await longestWaiting(home, program, now());
      times.add(program, longest?.seconds ?? 0);
      if (longest === undefined) continue;
      waiting.push(longest);
      log.info('An exam waits for its result', { ...longest });
    }
    cursor = programs.cursor;
    if (cursor === undefined) return waiting;
  }
}
