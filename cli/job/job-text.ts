import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

const number = new Intl.NumberFormat('en');
const money = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

function counts(job: JobView): string {
  const planned = job.planned === null ? '…' : number.format(job.planned);
  const failed = job.failed === 0 ? '' : pc.red(` · ${number.format(job.failed)} failed`);
  return `${number.format(job.done)} of ${planned} done${failed}`;
}

function remarks(job: JobView): string[] {
  return [
    ...(job.skipped > 0 ? [`${number.format(job.skipped)} had this very answer before`] : []),
    ...(job.superseded > 0
      ? [`${number.format(job.superseded)} have newer photographs or a later job's answer`]
      : []),
    ...(job.rate === null ? [] : [`${number.format(Math.round(job.rate))} exams a second`]),
    ...(job.cost > 0 ? [`cost ${money.format(job.cost)}`] : []),
  ];
}

/** One job for a terminal: what it is, how far, what moved, what failed and how to do that again. */
export function jobText(job: JobView): string {
  const heads = job.heads.map((head) => head.name).join(', ') || 'none';
  const lines = [
    `${pc.bold(job.job)} · ${job.mode}${job.shadow ? ' in shadow' : ''} · ${job.cancelling ? 'cancelling' : job.state}`,
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

/** Jobs as a table. */
export function jobTable(jobs: readonly JobView[]): string {
  const rows = jobs.map((job) => [
    job.job,
    job.shadow ? `${job.mode} (shadow)` : job.mode,
    job.state,
    job.planned === null ? '…' : number.format(job.planned),
    number.format(job.done),
    number.format(job.failed),
    job.heads.map((head) => head.name).join(', '),
  ]);
  return terminalTable(['job', 'mode', 'state', 'planned', 'done', 'failed', 'heads'], rows);
}
