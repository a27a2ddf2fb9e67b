import { type Estimate, idleOf } from './estimate.ts';

/** A part of a year's bill. */
export interface Share {
  readonly what: string;
  /** In USD a year. */
  readonly year: number;
  /** Of the whole bill. */
  readonly share: number;
}

/** Which setting, or which change, makes a part of the bill smaller. */
const SETTINGS: readonly (readonly [RegExp, string])[] = [
  [/interface endpoints/, '`profile=cheap` leaves one, `zones=1` half of them'],
  [/exam table/, 'the nightly copies: 35 whole ones are kept (`lib/storage/backups.ts`)'],
  [/photographs/, 'the tier of the bucket; smaller photographs'],
  [/GPU/, '`backlogPerWorker`, `idleTime`, `gpuInstanceTypes`, `onDemandPercentage`'],
  [/S3: PUT/, 'exams a call of the worker; contents that are registered one by one'],
  [/S3 Vectors/, 'exams a call of `index-exam`: a write is billed as 128 KB at least, and holds one exam'],
  [/DynamoDB: writes/, 'the size of a result in its item'],
  [/prepare/, '`PHOTOGRAPHS_A_CALL`, and the memory of `prepare`'],
  [/alarms/, 'the number of alarms'],
  [/SQS/, 'the batches of the functions; an event that nobody waits for'],
];

/** The setting that changes a part of the bill. */
export function settingOf(what: string): string {
  return SETTINGS.find(([pattern]) => pattern.test(what))?.[1] ?? '–';
}

/** The largest parts of a year's bill, the largest first. */
export function dominating({ bill, work }: Estimate, most = 3): readonly Share[] {
  const parts = [
    ...bill.idle.map(({ what, usd }) => ({ what, year: 12 * usd })),
    ...[...bill.exam, ...bill.kept].map(({ what, usd }) => ({ what, year: work.examsPerYear * usd })),
    { what: 'GPU instances', year: bill.gpuYear },
  ].sort((a, b) => b.year - a.year);
  const whole = work.examsPerYear === 0 ? 12 * idleOf(bill) : bill.year;
  return parts
    .slice(0, most)
    .filter(({ year }) => year > 0)
    .map((part) => ({ ...part, share: part.year / whole }));
}
