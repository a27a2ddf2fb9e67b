import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { type ReviewState, reviewStateOf } from '../../core/exams/review-state.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import type { Caller } from './caller.ts';

/** What a caller may know of an exam while it is read. */
export interface Sight {
  /** What the machine found: outcome, findings, quality, deadline, maps. */
  readonly machine: boolean;
  /** What other readers said. Their own word readers always see. */
  readonly readers: boolean;
}

type Blinding = { readonly blindToModel: boolean };

/**
 * What a caller may know of an exam where they read it.
 *
 * | it waits for | the machine's result | other readers' verdicts |
 * |---|---|---|
 * | a first reader | unless the program blinds to the model | there are none |
 * | a second reader | no | no |
 * | an arbiter | unless the program blinds to the model | yes |
 * | an arbiter, and the caller is one of the two who differ | no | no |
 * | nobody | with the scope `read` | with the scope `read` |
 */
export function sightOf(
  { stage, readers }: Pick<ReviewState, 'stage' | 'readers'>,
  { scopes, subject }: Pick<Caller, 'scopes' | 'subject'>,
  { blindToModel }: Blinding,
): Sight {
  if (stage === null) return { machine: scopes.includes('read'), readers: scopes.includes('read') };
  // One of two who differ could correct their verdict by the other's.
  if (stage === 'second' || readers.includes(subject)) return { machine: false, readers: false };
  return { machine: !blindToModel, readers: true };
}

/** Whether something is hidden. */
export function isBlinded({ machine, readers }: Sight): boolean {
  return !machine || !readers;
}

/**
 * Whether a caller reads exams and does not run the program: what they may not know where they read is kept from them in
 * every other answer too. Who operates a program sees its results.
 */
export function isReader({ scopes }: Pick<Caller, 'scopes'>): boolean {
  return scopes.includes('review') && !scopes.includes('operate') && !scopes.includes('admin');
}

/** Tells of an exam whether its result is kept from the caller. */
export type Hides = (record: ExamRecord) => boolean;

/** @returns what is kept from this caller in answers about results, in this program as it is set now */
export async function hiddenFrom(
  caller: Caller,
  program: string,
  configuration: Pick<Configuration, 'settings'>,
): Promise<Hides> {
  if (!isReader(caller)) return () => false;
  const { review } = await configuration.settings(program);
  return (record) => {
    const state = reviewStateOf(record);
    return state !== null && isBlinded(sightOf(state, caller, review));
  };
}
