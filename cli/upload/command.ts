import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { ALL_IMAGE_FORMATS } from '../../core/exams/image-formats.ts';
import { Client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { EXIT_CODES, WrongUseError } from '../errors.ts';
import { colours as pc } from '../terminal/colours.ts';
import { checkPrograms } from './check-program.ts';
import { type Standing, watchInterruption } from './interruption.ts';
import { type UploadOptions, uploadOptions } from './options.ts';
import { planText } from './plan-text.ts';
import { planUpload } from './plan-upload.ts';
import type { UploadPlan } from './planned-image.ts';
import { makeKey, readKey } from './pseudonym-key.ts';
import { extendTable } from './pseudonym-table.ts';
import { pseudonymous, pseudonymsOf } from './pseudonymous.ts';
import { openJson } from './report.ts';
import { sendAndReport, show, type Upload } from './send-and-report.ts';
import { type Ask, settleQuestions } from './settle-questions.ts';
import { storedExamQuestions } from './stored-exams.ts';
import { terminalAsk, terminalColumns } from './terminal.ts';
import { watchFolder, watchText } from './watch-folder.ts';

/** The key of the pseudonyms; `null` where names go as they are. */
async function keyOf(options: UploadOptions): Promise<Uint8Array | null> {
  const { pseudonymize, keyFile, newKey, table, dryRun } = options;
  if (!pseudonymize) {
    if (keyFile !== undefined || newKey || table !== undefined)
      throw new WrongUseError('--key-file, --new-key and --table belong to --pseudonymize: give it as well.');
    return null;
  }
  if (keyFile === undefined) throw new WrongUseError('--pseudonymize needs --key-file: where is the key?');
  return newKey && !dryRun ? makeKey(keyFile) : readKey(keyFile);
}

/** The plan as a program reads it: a promise. */
function printJson({ images, refused, questions }: UploadPlan): void {
  const shown = images.map(({ path, exam, laterality, field }) => ({ path, exam, laterality, field }));
  process.stdout.write(`${JSON.stringify({ images: shown, refused, questions })}\n`);
}

async function dryRun(plan: UploadPlan, options: UploadOptions, base: string): Promise<void> {
  const { plan: shown } = await settleQuestions(plan, options.acceptDoubts, null);
  if (options.json) printJson(shown);
  else process.stdout.write(`${planText(shown, base, terminalColumns())}\n`);
  if (shown.refused.length > 0 || shown.questions.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** What to do where questions are open and no terminal can ask them. */
function tellOpen(plan: UploadPlan, options: UploadOptions): void {
  const kinds = [...new Set(plan.questions.map(({ kind }) => kind))].join(',');
  if (options.json) process.stdout.write(`${openJson(plan.refused, plan.questions)}\n`);
  else
    process.stderr.write(
      `${pc.yellow('Nothing was sent:')} the questions above are open. Answer them on a terminal, mend names or folders,\nor send as read: --accept-doubts ${kinds}\n`,
    );
  process.exitCode = EXIT_CODES.refusedItems;
}

/** Clients of the system, one for each program. */
function clientsOf(options: UploadOptions): (program: string) => Client {
  const clients = new Map<string, Client>();
  return (program) => {
    const client = clients.get(program) ?? new Client(() => findEndpoint(options), program);
    clients.set(program, client);
    return client;
  };
}

/** Shows the plan and settles its questions. @returns `null` if some stay open: nothing may be sent */
async function settledPlan(
  found: UploadPlan,
  { options, base, key, clientOf }: Upload,
): Promise<UploadPlan | null> {
  const ask = options.json ? null : terminalAsk();
  const programs = [...new Set(found.images.map(({ exam }) => exam.program))];
  const known = await checkPrograms(clientOf(programs[0] ?? ''), programs, options.newProgram, ask);
  const pseudonym = (exam: ExamKey): ExamKey => (key === null ? exam : pseudonymsOf(key, exam));
  const stored =
    found.patterns.length > 0 ? await storedExamQuestions(found, known, clientOf, pseudonym) : [];
  const asked = { ...found, questions: [...found.questions, ...stored] };
  show(planText(asked, base, terminalColumns()), options);
  const { plan, open } = await settleQuestions(asked, options.acceptDoubts, ask);
  if (open.length === 0) return plan;
  tellOpen(plan, options);
  return null;
}

/** Asks on the terminal. Ctrl-C in a question ends the process: who watches waits for the answer. */
function watchAsk(): Ask | null {
  const ask = terminalAsk();
  if (ask === null) return null;
  return async (question) => {
    const end = (): never => process.exit(EXIT_CODES.done);
    process.once('SIGINT', end);
    try {
      return await ask(question);
    } finally {
      process.off('SIGINT', end);
    }
  };
}

/** Sends what comes into a folder, until Ctrl-C. */
async function watchSource(folder: string, options: UploadOptions): Promise<void> {
  const { program } = options;
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new WrongUseError(`--watch watches a folder, and "${folder}" is none.`);
  if (program === undefined)
    throw new WrongUseError('--watch needs --program: whose photographs will these be?');
  if (options.dryRun || options.wait)
    throw new WrongUseError('--watch goes on until Ctrl-C: leave --wait and --dry-run out.');
  const key = await keyOf(options);
  await findEndpoint(options);
  const upload = { options, base: folder, key, clientOf: clientsOf(options) };
  const ask = options.json ? null : watchAsk();
  await checkPrograms(upload.clientOf(program), [program], options.newProgram, ask);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  show(`Watching ${folder} for program ${program}. Ctrl-C ends it.`, options);
  const report = await watchFolder(folder, upload, { program, ask, signal: ending.signal });
  process.stdout.write(`${options.json ? JSON.stringify(report) : watchText(report)}\n`);
}

async function run(
  source: string,
  options: UploadOptions,
  tell: (standing: Standing) => void,
): Promise<void> {
  const key = await keyOf(options);
  const found = await planUpload(source, options);
  const base = (await stat(source)).isDirectory() ? source : dirname(source);
  if (options.dryRun) return dryRun(key === null ? found : pseudonymous(found, key), options, base);
  if (found.images.length === 0 && found.refused.length === 0) {
    throw new WrongUseError(
      `There are no photographs in "${source}": ${ALL_IMAGE_FORMATS} files are looked for.`,
    );
  }
  if (found.images.length === 0) {
    show(planText(found, base, terminalColumns()), options);
    if (options.json) process.stdout.write(`${openJson(found.refused, [])}\n`);
    process.exitCode = EXIT_CODES.refusedItems;
    return;
  }
  await findEndpoint(options);
  const upload = { options, base, key, clientOf: clientsOf(options) };
  const plan = await settledPlan(found, upload);
  if (plan === null) return;
  // The table is written first: nothing may be sent that the operator could not tell again.
  if (key !== null) await extendTable(options.table ?? `${options.keyFile}.pseudonyms.csv`, plan.images, key);
  await sendAndReport(plan, upload, tell);
}

async function upload(source: string, options: UploadOptions): Promise<void> {
  if (options.watch) return watchSource(source, options);
  let standing: Standing = { stage: 'planning', images: 0, report: null };
  const unwatch = watchInterruption(() => standing);
  try {
    await run(source, options, (now) => {
      standing = now;
    });
  } finally {
    unwatch();
  }
}

/** `retclip upload DIR | manifest.csv --program P [--wait | --watch]` */
export function uploadCommand(): Command {
  return uploadOptions().action(upload);
}
