import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import type { z } from 'zod';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { ownReviewsAnswer, reviewAnswer, type reviewBody } from '../../functions/api/review-schemas.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { formerByOption } from './by-option.ts';
import { findExam } from './find-exam.ts';
import { eyesOf, type GradeOptions, gradeOptions } from './grade-options.ts';

interface ReviewOptions extends EndpointOptions, GradeOptions {
  readonly program: string;
  readonly patient?: string;
  readonly outcome: string;
  readonly correct: boolean;
  readonly reason?: string;
  readonly note?: string;
  readonly json: boolean;
}

function checkReason({ correct, reason }: ReviewOptions): void {
  if (correct && (reason === undefined || reason.trim() === '')) {
    throw new WrongUseError('--correct needs --reason: say why the verdict is corrected.');
  }
  if (!correct && reason !== undefined) {
    throw new WrongUseError('--reason belongs to --correct: it says why a verdict is corrected.');
  }
}

/** The reader's own verdict that holds. */
async function ownVerdict(client: Client, path: string, name: string): Promise<string> {
  const { holds, given } = await client.call('Reading your verdicts', ownReviewsAnswer, `${path}/own`);
  if (holds !== null) return holds.id;
  throw new WrongUseError(
    given.length === 0
      ? `You have given no verdict over exam ${name}: there is nothing to correct. Leave --correct out.`
      : `Your verdict over exam ${name} is about photographs that have been replaced since. Read the present ones without --correct.`,
  );
}

function stateText(review: z.infer<typeof reviewAnswer>['review']): string {
  if (review === null) return 'saved; what others say is hidden from its blinded readers';
  const { status, stage, outcome } = review;
  return status === 'final' ? `final: ${outcome}` : `waits for the reader of stage ${stage}`;
}

async function review(name: string, options: ReviewOptions): Promise<void> {
  checkReason(options);
  const { program, outcome, note, correct, reason } = options;
  const client = new Client(() => findEndpoint(options), program);
  const { patient, exam } = await findExam(client, name, options.patient);
  const path = `/patients/${encodeURIComponent(patient)}/exams/${encodeURIComponent(exam)}/reviews`;
  const corrects = correct ? await ownVerdict(client, path, `${patient}/${exam}`) : undefined;
  const body = { outcome, eyes: eyesOf(options), note, corrects, reason } as z.input<typeof reviewBody>;
  // A repetition after a lost answer is the same verdict.
  const answer = await client.call('The review', reviewAnswer, path, body, {
    headers: { 'idempotency-key': randomUUID() },
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ program, patient, exam, ...answer })}\n`);
    return;
  }
  const state = stateText(answer.review);
  const says = correct ? 'says now' : 'says';
  process.stdout.write(
    `${patient}/${exam}: ${answer.verdict.reader} ${says} ${outcome}; ${state}. Research use only.\n`,
  );
}

/** `retclip review EXAM --outcome O [--note …] [--correct --reason …] --program P` */
export function reviewCommand(): Command {
  const command = new Command('review')
    .description(
      "give your verdict over an exam, as the reader whose token signs in; the machine's own result stays. Research use only",
    )
    .argument('<exam>', 'the exam, as PATIENT/EXAM or with --patient')
    .requiredOption('--program <id>', 'screening program')
    .option('--patient <id>', 'whose exam it is')
    .addOption(
      new Option('--outcome <outcome>', 'what the reader decides').choices(OUTCOMES).makeOptionMandatory(),
    )
    .option('--correct', 'correct your own earlier verdict, which stays listed', false)
    .option('--reason <text>', 'with --correct: why')
    .option('--note <text>', 'a remark')
    .addOption(formerByOption())
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(review);
  for (const option of gradeOptions()) command.addOption(option);
  return command;
}
