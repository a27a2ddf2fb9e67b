import { z } from 'zod';
import { GRACE } from '../grace.ts';
import { FIRST_PROGRAM, programPlaceSchema } from '../program-walk.ts';
import { type Stage, WEEKLY } from '../stage.ts';
import type { Sweep } from '../sweep.ts';
import { collectPending, markNamed } from './features/named-rows.ts';
import { removeUnnamed } from './features/remove-rows.ts';
import { markFormer, readRequests, type ShardRows, shardRowsSchema } from './features/unnamed-rows.ts';

/** Shards looked at together: their rows are what is kept in memory, about 10 MB. */
const SHARDS_AT_ONCE = 20_000;
const PAGE = 1_000;
/** So many shards of which no record names any are a sign of a wrong table rather than of failed attempts. */
export const SUSPICIOUSLY_MANY = 10;

const PHASES = ['shards', 'pending', 'named', 'requests', 'former', 'named-again', 'remove'] as const;

const position = z.object({
  phase: z.enum(PHASES),
  /** Behind the shards of this round; `null`: no more. */
  shardsCursor: z.string().nullable(),
  isLastRound: z.boolean(),
  /** Where the phase stands in the exams of all programs, and in the former results. */
  exams: programPlaceSchema,
  formerCursor: z.string().nullable(),
  shards: shardRowsSchema,
  /** Requests that may still be answered. */
  pending: z.array(z.string()),
  /** `true`: a record could not be read, so nothing is known to be unnamed. */
  isBlind: z.boolean(),
});
type Position = z.infer<typeof position>;

const BEGIN: Position = {
  phase: 'shards',
  shardsCursor: null,
  isLastRound: false,
  exams: FIRST_PROGRAM,
  formerCursor: null,
  shards: {},
  pending: [],
  isBlind: false,
};

function enter(position: Position, phase: Position['phase']): Position {
  return { ...position, phase, exams: FIRST_PROGRAM, formerCursor: null };
}

function nextRound({ shardsCursor, isLastRound }: Position): Position | null {
  return isLastRound ? null : { ...BEGIN, shardsCursor };
}

async function listShards(sweep: Sweep, position: Position): Promise<Position | null> {
  const cursor = position.shardsCursor ?? undefined;
  const page = await sweep.home.features.shards({ limit: PAGE, cursor });
  const old = page.items.filter(({ storedAt }) => sweep.ageOf(storedAt) > GRACE.features);
  const found: ShardRows = Object.fromEntries(old.map(({ shard }) => [shard, { named: [], unnamed: null }]));
  const shards = { ...position.shards, ...found };
  const isLastRound = page.cursor === undefined;
  const listed = { ...position, shards, isLastRound, shardsCursor: page.cursor ?? null };
  sweep.count(page.items.length);
  if (!isLastRound && Object.keys(shards).length < SHARDS_AT_ONCE) return listed;
  return Object.keys(shards).length === 0 ? nextRound(listed) : enter(listed, 'pending');
}

function hasUnnamed(shards: ShardRows): boolean {
  return Object.values(shards).some(({ unnamed }) => unnamed !== null && unnamed.length > 0);
}

async function named(sweep: Sweep, position: Position, order: 'oldest-first' | 'newest-first') {
  const { shards, isBlind, exams } = await markNamed(sweep, position, order);
  return { ...position, shards, isBlind, exams: exams ?? FIRST_PROGRAM, isDone: exams === null };
}

/** Where no record names any of many shards, nothing is removed. */
function isSuspicious(shards: ShardRows): boolean {
  const all = Object.values(shards);
  return all.length >= SUSPICIOUSLY_MANY && all.every(({ named: rows }) => rows.length === 0);
}

/**
 * Rows of features that no result names, nor ever will: of attempts that failed or were repeated, of workers that died
 * before their results were sent, of erased patients. They are written over with zeros, and a shard without any row left
 * is removed.
 *
 * A row may be named by an exam's result, by a former result, or, while its request is open, by a result on its way:
 *
 * ```
 * shards older than 2 days ─▶ open requests ─▶ rows that results name ─▶ requests of the rest ─▶ rows that former results
 *   name ─▶ rows that results name, walked the other way: an exam that changed its place meanwhile is seen once ─▶ remove
 * ```
 *
 * Open requests are collected first: what was answered since is named by then.
 */
export const featureRows: Stage<Position> = {
  everySeconds: WEEKLY,
  isOfOneProgram: false,
  position,
  begin: BEGIN,

  async step(sweep, position) {
    switch (position.phase) {
      case 'shards':
        return listShards(sweep, position);
      case 'pending': {
        const { pending, isBlind, exams } = await collectPending(sweep, position);
        const collected = { ...position, pending, isBlind };
        return exams === null ? enter(collected, 'named') : { ...collected, exams };
      }
      case 'named': {
        const { isDone, ...marked } = await named(sweep, position, 'oldest-first');
        return isDone ? enter(marked, 'requests') : marked;
      }
      case 'requests': {
        const { shards, isDone } = await readRequests(sweep, position);
        const read = { ...position, shards };
        if (!isDone) return read;
        return hasUnnamed(shards) ? enter(read, 'former') : nextRound(read);
      }
      case 'former': {
        const { shards, cursor } = await markFormer(sweep, position);
        const marked = { ...position, shards, formerCursor: cursor };
        return cursor === null ? enter(marked, 'named-again') : marked;
      }
      case 'named-again': {
        const { isDone, ...marked } = await named(sweep, position, 'newest-first');
        return isDone ? enter(marked, 'remove') : marked;
      }
      case 'remove': {
        if (position.isBlind) return nextRound(position);
        if (isSuspicious(position.shards)) {
          sweep.show('features-all-unnamed', `${Object.keys(position.shards).length} shards`);
          return nextRound(position);
        }
        const shards = await removeUnnamed(sweep, position.shards);
        return hasUnnamed(shards) ? { ...position, shards } : nextRound(position);
      }
    }
  },
};
