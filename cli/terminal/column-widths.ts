/** What a column of a table would like to have, in terminal columns. */
export interface ColumnNeed {
  /** Its widest line, unbroken. */
  readonly natural: number;
  /** Its longest word: any less and words are cut. */
  readonly word: number;
}

/** What the foremost column takes before its fellows have all that they would like. */
const FOREMOST = 24;

const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);

/** Raises all columns from `low` evenly, none above its `high`, until there is no room left. */
function raised(low: readonly number[], high: readonly number[], room: number): number[] {
  const at = (level: number) =>
    low.map((least, index) => Math.max(least, Math.min(level, high[index] ?? least)));
  let level = 0;
  while (level < room && sum(at(level + 1)) <= room) level += 1;
  let left = room - sum(at(level));
  const next = at(level + 1);
  // What is left over is less than one for each column that would take it.
  return at(level).map((width, index) => {
    const wanted = (next[index] ?? width) - width;
    if (wanted === 0 || left < wanted) return width;
    left -= wanted;
    return width + wanted;
  });
}

/**
 * Shares the room of a terminal among a table's columns: the longest give way first, word by word as long as that is
 * possible.
 *
 * @param room for the text of all columns
 * @param foremost the column that has the most to say: a fair width of it comes first
 * @returns a width for each column, in all at most `room`, but at least 1 each
 * @example columnWidths([{ natural: 7, word: 7 }, { natural: 60, word: 12 }], 40) // [7, 33]
 */
export function columnWidths(needs: readonly ColumnNeed[], room: number, foremost?: number): number[] {
  const natural = needs.map((need) => need.natural);
  const word = needs.map((need) => need.word);
  if (sum(natural) <= room) return natural;
  if (sum(word) > room)
    return raised(
      needs.map(() => 1),
      word,
      room,
    );
  const spare = room - sum(word);
  const low = word.map((width, column) =>
    column === foremost
      ? Math.max(width, Math.min(natural[column] ?? width, FOREMOST, width + spare))
      : width,
  );
  return raised(low, natural, room);
}
