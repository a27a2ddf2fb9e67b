/** What is screened in a year, and how. */
export interface Workload {
  readonly examsPerYear: number;
  readonly imagesPerExam: number;
  /** Of a photograph as it is sent. */
  readonly megabytesPerImage: number;
  /** Share of the exams that a person reads: pictures are made for them. */
  readonly readShare: number;
  /** Share of the exams whose images meet in intake, so that one write is tried again. */
  readonly collisionShare: number;
  /** How many messages or exams a call takes at once, on average. At most the batch of the stack. */
  readonly fill: Readonly<Record<FilledPart, number>>;
  /** Calls of the API, of people and of the command line. */
  readonly apiCallsPerExam: number;
  readonly lane: 'live' | 'gpu';
  /** Days of a year on which photographs come: each starts the GPU workers once more. */
  readonly fieldDays: number;
  /** People who sign in, each month. */
  readonly users: number;
}

export type FilledPart = 'prepare' | 'intake' | 'screen' | 'aggregate' | 'index-exam' | 'webhooks';

/**
 * Two photographs of 2 MB an exam, one exam in five read, batches as full as they were when sixty exams were counted.
 *
 * @example workloadOf(1_000_000, 'live').fieldDays // 250
 */
export function workloadOf(examsPerYear: number, lane: Workload['lane']): Workload {
  return {
    examsPerYear,
    imagesPerExam: 2,
    megabytesPerImage: 2,
    readShare: 0.2,
    collisionShare: 0.5,
    fill: { prepare: 3.2, intake: 3, screen: 1.6, aggregate: 1.5, 'index-exam': 1.3, webhooks: 1 },
    apiCallsPerExam: 0.3,
    lane,
    fieldDays: Math.min(250, Math.ceil(examsPerYear / 200)),
    users: examsPerYear === 0 ? 0 : Math.min(200, Math.max(2, Math.ceil(examsPerYear / 10_000))),
  };
}
