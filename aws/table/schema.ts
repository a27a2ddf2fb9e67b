/**
 * The exam table: one item for each exam, and one index by which a program's exams are listed.
 *
 * | attribute  | holds |
 * |---|---|
 * | `pk`       | program # patient |
 * | `sk`       | exam |
 * | `revision` | counts the writes; every write is on condition of it |
 * | `record`   | the exam record as JSON |
 * | `listing`  | program # listing: partition of the index |
 * | `listedAt` | instant, patient and exam: order within the listing |
 */
export const TABLE_SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  index: { name: 'listing', partitionKey: 'listing', sortKey: 'listedAt' },
} as const;
