import { z } from 'zod';

/** What the system must know of an outcome. */
interface OutcomeFacts {
  /** What happens to the patient. */
  readonly meaning: string;
  /** A policy's rule may lead to it: the others follow from what is missing. */
  readonly byRule: boolean;
  /** A reader may decide so. */
  readonly byReader: boolean;
  /** Readers see it only if it is drawn. */
  readonly isNegative: boolean;
  /** The patient is sent on: findings that lead here are of a disease. */
  readonly isReferral: boolean;
  /** Days within which it is to be read unless a program says otherwise. */
  readonly deadlineDays: number;
}

/**
 * Every outcome, from the least to the most urgent: the one place that a new outcome is added to. Schemas, counts,
 * deadlines, lists and choices follow from it.
 */
export const OUTCOME_TABLE = {
  recall: {
    meaning: 'come back at the usual interval',
    byRule: true,
    byReader: true,
    isNegative: true,
    isReferral: false,
    deadlineDays: 28,
  },
  'not-assessed': {
    meaning: 'no head could decide: nothing was assessed',
    byRule: false,
    byReader: false,
    isNegative: false,
    isReferral: false,
    deadlineDays: 14,
  },
  ungradable: {
    meaning: 'photograph again',
    byRule: false,
    byReader: true,
    isNegative: false,
    isReferral: false,
    deadlineDays: 14,
  },
  refer: {
    meaning: 'see an ophthalmologist',
    byRule: true,
    byReader: true,
    isNegative: false,
    isReferral: true,
    deadlineDays: 14,
  },
  'refer-urgent': {
    meaning: 'see an ophthalmologist at once',
    byRule: true,
    byReader: true,
    isNegative: false,
    isReferral: true,
    deadlineDays: 1,
  },
} as const satisfies Readonly<Record<string, OutcomeFacts>>;

export type Outcome = keyof typeof OUTCOME_TABLE;

/** The outcomes in the order of their urgency. */
export const OUTCOMES = Object.keys(OUTCOME_TABLE) as [Outcome, ...Outcome[]];
export const outcomeSchema = z.enum(OUTCOMES);

type OutcomeWhere<Fact extends keyof OutcomeFacts> = {
  [Name in Outcome]: (typeof OUTCOME_TABLE)[Name][Fact] extends true ? Name : never;
}[Outcome];

function outcomesWhere<Fact extends 'byRule' | 'byReader' | 'isReferral'>(fact: Fact) {
  return OUTCOMES.filter((outcome) => OUTCOME_TABLE[outcome][fact]) as [
    OutcomeWhere<Fact>,
    ...OutcomeWhere<Fact>[],
  ];
}

/** Outcomes that a policy's rule may lead to. */
export const RULE_OUTCOMES = outcomesWhere('byRule');
/** Outcomes that a reader may decide. */
export const READER_OUTCOMES = outcomesWhere('byReader');
/** Outcomes that send the patient on. */
export const REFERRAL_OUTCOMES = outcomesWhere('isReferral');
export type ReaderOutcome = (typeof READER_OUTCOMES)[number];

/** @example isReferral('refer-urgent') // true */
export function isReferral(outcome: Outcome): boolean {
  return OUTCOME_TABLE[outcome].isReferral;
}

/** @example isNegative('recall') // true */
export function isNegative(outcome: Outcome): boolean {
  return OUTCOME_TABLE[outcome].isNegative;
}

/** One value for each outcome. @example perOutcome(() => 0) // { recall: 0, 'not-assessed': 0, … } */
export function perOutcome<Value>(make: (outcome: Outcome) => Value): Record<Outcome, Value> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, make(outcome)])) as Record<Outcome, Value>;
}

/** The more urgent of two outcomes. */
export function moreUrgent(a: Outcome, b: Outcome): Outcome {
  return OUTCOMES.indexOf(a) >= OUTCOMES.indexOf(b) ? a : b;
}
