import type { MutantResult } from '@stryker-mutator/api/core';
import { wilsonInterval } from './wilson-interval.ts';

/** How the mutants of a folder ended. */
export interface Score {
  readonly folder: string;
  /** Mutants that were run; those that a comment in the code leaves out are not among them. */
  readonly mutants: number;
  /** By a failed test, or by a loop without end. */
  readonly killed: number;
  readonly survived: number;
  /** No test reaches them: they count as alive. */
  readonly uncovered: number;
  /** Of the run that measured it. */
  readonly minutes: number;
}

export function scoreOf(folder: string, results: readonly MutantResult[], minutes: number): Score {
  const count = (...statuses: readonly MutantResult['status'][]) =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  const survived = count('Survived');
  const uncovered = count('NoCoverage');
  return { folder, mutants: killed + survived + uncovered, killed, survived, uncovered, minutes };
}

export function sumOf(folder: string, scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((total, score) => total + of(score), 0);
  return {
    folder,
    mutants: sum(({ mutants }) => mutants),
    killed: sum(({ killed }) => killed),
    survived: sum(({ survived }) => survived),
    uncovered: sum(({ uncovered }) => uncovered),
    minutes: sum(({ minutes }) => minutes),
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A Markdown table, a folder a line. @param sampled adds the 95 % interval of what a sample says */
export function scoreTable(scores: readonly Score[], sampled: boolean): string {
  const head = ['folder', 'mutants', 'killed', 'survived', 'uncovered', 'score'];
  const columns = [...head, ...(sampled ? ['95 % interval'] : []), 'minutes'];
  const lines = scores.map((score) => {
    const { folder, mutants, killed, survived, uncovered, minutes } = score;
    const [low, high] = wilsonInterval(killed, mutants);
    const interval = mutants === 0 ? '' : `${percent(low)} to ${percent(high)}`;
    const cells = [folder, mutants, killed, survived, uncovered];
    const share = mutants === 0 ? '' : percent(killed / mutants);
    return [...cells, share, ...(sampled ? [interval] : []), minutes.toFixed(1)];
  });
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [columns, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
