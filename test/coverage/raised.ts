import type { Thresholds } from './thresholds.ts';

interface Count {
  readonly total: number;
  readonly covered: number;
}

/** What was reached of a file, as the reporter `json-summary` writes it. */
export type FileCoverage = Readonly<Record<keyof Thresholds, Count>>;

const MEASURES = ['statements', 'branches', 'functions'] as const;

/**
 * Thresholds that are as high as what was reached, in whole percents rounded down, and nowhere lower than before.
 *
 * @param thresholds by pattern: `core/**\/*.ts`
 * @param files by path in the project
 */
export function raised(
  thresholds: Readonly<Record<string, Thresholds>>,
  files: Readonly<Record<string, FileCoverage>>,
): Record<string, Thresholds> {
  return Object.fromEntries(
    Object.entries(thresholds).map(([pattern, before]) => {
      const folder = pattern.slice(0, pattern.indexOf('**'));
      const inside = Object.entries(files).filter(([path]) => path.startsWith(folder));
      const reached = (measure: keyof Thresholds) => {
        const sum = (part: keyof Count) => inside.reduce((all, [, file]) => all + file[measure][part], 0);
        const percent = sum('total') === 0 ? 0 : Math.floor((100 * sum('covered')) / sum('total'));
        return [measure, Math.max(before[measure], percent)];
      };
      return [pattern, Object.fromEntries(MEASURES.map(reached)) as Thresholds];
    }),
  );
}
