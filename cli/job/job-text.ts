import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { duration } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

const number = new Intl.NumberFormat('en');
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

function counts(job: JobView): string {
  const planned = job.planned === null ? '…' : number.format(job.planned);
  const failed = job.failed === 0 ? '' : pc.red(` · ${number.format(job.failed)} failed`);
  return `${number.format(job.done)} of ${planned} done${failed}`;
}

/** Photographs that were made ready, as far as the job is. */
function photographs({ preparation }: JobView): string[] {
  if (preparation === null) return [];
  const { images, prepared, found, failed, finished, rate, secondsLeft } = preparation;
  const parts = [
    `${number.format(prepared)} of ${images === null ? '…' : number.format(images)} photographs prepared`,
    ...(failed === 0 ? [] : [pc.red(`${number.format(failed)} failed`)]),
    ...(found === 0 ? [] : [`${number.format(found)} were before`]),
    ...(finished || rate === null ? [] : [`${number.format(Math.round(rate))} a second`]),
    ...(finished || secondsLeft === null ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return [`  ${parts.join(' · ')}`];
}

/** What a job is doing, in a word. */
function stateOf({ state, cancelling, preparation }: JobView): string {
  if (cancelling) return 'cancelling';
  return state === 'running' && preparation?.finished === false ? 'preparing' : state;
}

function remarks(job: JobView): string[] {
  return [
    ...(job.skipped > 0 ? [`${number.format(job.skipped)} had this very answer before`] : []),
    ...(job.superseded > 0
      ? [`${number.format(job.superseded)} have newer photographs or a later job's answer`]
      : []),
    ...(job.rate === null ? [] : [`${number.format(Math.round(job.rate))} exams a second`]),
    ...(job.state === 'running' && job.secondsLeft !== null ? [`${duration(job.secondsLeft)} left`] : []),
    ...(job.cost > 0 ? [`cost ${money.format(job.cost)}`] : []),
  ];
}

/** One job for a terminal: what it is, how far, what moved, what failed and how to do that again. */
export function jobText(job: JobView): string {
  const heads = job.heads.map((head) => head.name).join(', ') || 'none';
  const lines = [
    `${pc.bold(job.job)} · ${job.mode}${job.shadow ? ' in shadow' : ''} · ${stateOf(job)}`,
    ...photographs(job),
    `  ${[counts(job), ...remarks(job)].join(' · ')}`,
    `  model ${job.model.slice(0, 12)} · heads ${heads}`,
    ...(job.heads.length === 0
      ? [pc.yellow('  Nothing is being assessed: the job has no head. Its exams are not-assessed.')]
      : []),
    ...(job.reason === null ? [] : [`  ${pc.red(job.reason)}`]),
    ...job.moved.map(
      ({ from, to, exams }) =>
        `  ${number.format(exams)} ${job.shadow ? 'would move' : 'moved'} from ${from} to ${to}`,
    ),
    ...job.failures.flatMap(({ reason, exams, examples }) => [
      `  ${pc.red(number.format(exams))} failed: ${reason}`,
      `    ${examples.map(({ patient, exam }) => `${patient}/${exam}`).join(', ')}${exams > examples.length ? ', …' : ''}`,
    ]),
    ...job.deadLetters.map(
      ({ queue, exam, reason }) => `  dead letter of queue ${queue}: ${exam}: ${reason}`,
    ),
    ...(job.retry === null ? [] : [`  again: ${job.retry}`]),
    pc.dim(`  ${job.notice}`),
  ];
  return lines.join('\n');
}

function ofImages({ images, failed }: NonNullable<JobView['preparation']>): string {
  return `${images === null ? '' : ` of ${number.format(images)}`}${failed === 0 ? '' : `, ${number.format(failed)} failed`}`;
}

/** Jobs as a table. */
export function jobTable(jobs: readonly JobView[]): string {
  const rows = jobs.map((job) => [
    job.job,
    job.shadow ? `${job.mode} (shadow)` : job.mode,
    stateOf(job),
    job.preparation === null ? '–' : `${number.format(job.preparation.prepared)}${ofImages(job.preparation)}`,
    job.planned === null ? '…' : number.format(job.planned),
    number.format(job.done),
    number.format(job.failed),
    job.heads.map((head) => head.name).join(', '),
  ]);
  return terminalTable(['job', 'mode', 'state', 'photographs', 'planned', 'done', 'failed', 'heads'], rows);
}
