import { basename } from 'node:path';
import { DOUBT_KINDS, type DoubtKind } from '../../core/names/doubt.ts';
import { suggestion } from '../../core/suggestions/near-names.ts';
import { CliError, EXIT_CODES, type ExitCode, WrongUseError } from '../errors.ts';
import type { Question, RefusedItem, UploadPlan } from './planned-image.ts';

/** Asks a person and returns what was typed. */
export type Ask = (question: string) => Promise<string>;

export interface Settled {
  readonly plan: UploadPlan;
  /** Questions that are neither accepted nor answered: nothing may be sent. */
  readonly open: readonly Question[];
}

/** A person has answered a question by leaving. Nothing was sent. */
export class LeftByUserError extends CliError {
  override get exitCode(): ExitCode {
    return EXIT_CODES.refusedItems;
  }
}

const isKind = (name: string): name is DoubtKind => DOUBT_KINDS.some((kind) => kind === name);

/**
 * Checks what `--accept-doubts` names.
 *
 * @throws WrongUseError if a name is neither a kind of doubt nor a file that a question is about
 */
export function checkAccepted(accepted: readonly string[], questions: readonly Question[]): void {
  const files = new Set(questions.flatMap(({ paths }) => paths.flatMap((path) => [path, basename(path)])));
  for (const name of accepted) {
    if (name === 'all' || isKind(name) || files.has(name)) continue;
    throw new WrongUseError(
      `--accept-doubts "${name}" is neither a kind of doubt nor a file that is asked about.${suggestion(name, DOUBT_KINDS)} Kinds: ${DOUBT_KINDS.join(', ')}.`,
    );
  }
}

function isAccepted({ kind, paths }: Question, accepted: ReadonlySet<string>): boolean {
  if (accepted.has('all') || accepted.has(kind)) return true;
  return paths.every((path) => accepted.has(path) || accepted.has(basename(path)));
}

/** The plan without the photographs of questions that were answered by no. */
function without(plan: UploadPlan, declined: readonly Question[]): UploadPlan {
  const why = new Map(declined.flatMap(({ paths, text }) => paths.map((path) => [path, text] as const)));
  const refused = plan.images.flatMap(({ path }): RefusedItem[] => {
    const text = why.get(path);
    return text === undefined ? [] : [{ path, reason: `left out: ${text}` }];
  });
  return {
    ...plan,
    images: plan.images.filter(({ path }) => !why.has(path)),
    refused: [...plan.refused, ...refused],
    questions: [],
  };
}

async function answerOf(ask: Ask, prompt: string, letters: string): Promise<string> {
  for (;;) {
    const answer = (await ask(prompt)).trim().toLowerCase().slice(0, 1);
    if (answer !== '' && letters.includes(answer)) return answer;
  }
}

async function declinedOf(questions: readonly Question[], ask: Ask): Promise<Question[]> {
  const declined: Question[] = [];
  const leave = (): never => {
    throw new LeftByUserError('Nothing was sent.');
  };
  for (const [kind, same] of Map.groupBy(questions, (question) => question.kind)) {
    const several = same.length > 1;
    const files = new Set(same.flatMap(({ paths }) => paths)).size;
    const what = `${kind}: ${several ? `${same.length} questions, ` : ''}${files} photograph${files === 1 ? '' : 's'}`;
    const choices = several
      ? '[y]es, [n]o: leave them out, [e]ach, [q]uit'
      : '[y]es, [n]o: leave out, [q]uit';
    const answer = await answerOf(ask, `${what}. Send as read? ${choices} > `, several ? 'yneq' : 'ynq');
    if (answer === 'q') leave();
    if (answer === 'n') declined.push(...same);
    if (answer !== 'e') continue;
    for (const question of same) {
      const one = await answerOf(ask, `${question.text} [y]es, [n]o, [q]uit > `, 'ynq');
      if (one === 'q') leave();
      if (one === 'n') declined.push(question);
    }
  }
  return declined;
}

/**
 * Settles a plan's questions: those that `--accept-doubts` names are right; the others are asked, where there is somebody
 * to ask, kind by kind. What is answered by no is left out.
 *
 * @param accepted `all`, kinds of doubts, or files
 * @param ask `null` without a terminal: the questions stay open then
 * @throws LeftByUserError if the person leaves
 */
export async function settleQuestions(
  plan: UploadPlan,
  accepted: readonly string[],
  ask: Ask | null,
): Promise<Settled> {
  checkAccepted(accepted, plan.questions);
  const names = new Set(accepted);
  const open = plan.questions.filter((question) => !isAccepted(question, names));
  if (open.length === 0 || ask === null) return { plan: { ...plan, questions: open }, open };
  return { plan: without(plan, await declinedOf(open, ask)), open: [] };
}
