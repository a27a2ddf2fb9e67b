import { Command, InvalidArgumentError, Option } from 'commander';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { type SearchAnswer, searchAnswerSchema } from '../../core/search/search-exams.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { terminalTable } from '../terminal/table.ts';

interface SearchOptions extends EndpointOptions {
  readonly program: string;
  readonly exam?: { readonly patient: string; readonly exam: string };
  readonly outcome?: string;
  readonly limit: number;
  readonly json: boolean;
}

function table({ items, model, notice }: SearchAnswer): string {
  if (items.length === 0) return `Nothing is indexed for model ${model.slice(0, 12)} that fits. ${notice}`;
  const rows = items.map(({ similarity, patient, exam, outcome, screenedAt }) => [
    similarity.toFixed(3),
    patient,
    exam,
    outcome,
    screenedAt,
  ]);
  return `${terminalTable(['similarity', 'patient', 'exam', 'outcome', 'screened at'], rows)}\n${notice}`;
}

async function search(text: string | undefined, options: SearchOptions): Promise<void> {
  const { exam, outcome, limit } = options;
  if ((text === undefined) === (exam === undefined)) {
    throw new WrongUseError('Give either a text or --exam PATIENT/EXAM to search by.');
  }
  const client = new Client(() => findEndpoint(options), options.program);
  const request = { ...(text === undefined ? { exam } : { text }), outcome, limit };
  const answer = await client.call('Searching', searchAnswerSchema, '/search', request);
  if (!options.json) {
    process.stdout.write(`${table(answer)}\n`);
    return;
  }
  const { items, ...about } = answer;
  for (const item of items) process.stdout.write(`${JSON.stringify({ ...item, ...about })}\n`);
}

function examOption(value: string): SearchOptions['exam'] {
  const [patient, exam, ...more] = value.split('/');
  if (!patient || !exam || more.length > 0) {
    throw new InvalidArgumentError(`Expected PATIENT/EXAM but received ${value}.`);
  }
  return { patient, exam };
}

function limitOption(value: string): number {
  const limit = Number(value);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to 100 but received ${value}.`);
  }
  return limit;
}

/** `retclip search TEXT --program P` */
export function searchCommand(): Command {
  return new Command('search')
    .description('find patients by a text, or those like the patient of an exam. Research use only')
    .argument('[text]', 'what to look for, as in "双眼糖尿病视网膜病变"')
    .requiredOption('--program <id>', 'screening program')
    .option('--exam <patient/exam>', 'find patients like this one', examOption)
    .addOption(new Option('--outcome <outcome>', 'only this outcome').choices(OUTCOMES))
    .option('--limit <n>', 'patients to find, at most 100', limitOption, 20)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object a line, one patient each', false)
    .action(search);
}
