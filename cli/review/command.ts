import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { reviewAnswer } from '../../functions/api/reviews/review-schemas.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { findExam } from './find-exam.ts';

interface ReviewOptions extends EndpointOptions {
  readonly program: string;
  readonly patient?: string;
  readonly outcome: string;
  readonly by: string;
  readonly note?: string;
  readonly json: boolean;
}

async function review(name: string, options: ReviewOptions): Promise<void> {
  const { program, outcome, by, note } = options;
  const client = new Client(() => findEndpoint(options), program);
  const { patient, exam } = await findExam(client, name, options.patient);
  const path = `/patients/${encodeURIComponent(patient)}/exams/${encodeURIComponent(exam)}/reviews`;
  const body = { outcome, reader: by, ...(note === undefined ? {} : { note }) };
  // A repetition after a lost answer is the same verdict.
  const answer = await client.call('The review', reviewAnswer, path, body, undefined, {
    'idempotency-key': randomUUID(),
  });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ program, patient, exam, ...answer })}\n`);
    return;
  }
  const { status, stage, outcome: after } = answer.review;
  const state = status === 'final' ? `final: ${after}` : `waits for the reader of stage ${stage}`;
  process.stdout.write(`${patient}/${exam}: ${by} says ${outcome}; ${state}. Research use only.\n`);
}

/** `retclip review EXAM --outcome O --by WHO [--note …] --program P` */
export function reviewCommand(): Command {
  return new Command('review')
    .description("give a reader's verdict over an exam; the machine's own result stays. Research use only")
    .argument('<exam>', 'the exam, as PATIENT/EXAM or with --patient')
    .requiredOption('--program <id>', 'screening program')
    .option('--patient <id>', 'whose exam it is')
    .addOption(
      new Option('--outcome <outcome>', 'what the reader decides').choices(OUTCOMES).makeOptionMandatory(),
    )
    .requiredOption('--by <who>', 'who has read it')
    .option('--note <text>', 'a remark')
    .option('--data <dir>', 'data folder of a running `retclip local`')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--json', 'print one JSON object', false)
    .action(review);
}
