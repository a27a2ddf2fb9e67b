/**
 * The exam table: one item for each exam, and two indexes by which a program's exams are listed. The indexes hold keys
 * and facts, a tenth of the record: a filter reads no more than these.
 *
 * | attribute  | holds |
 * |---|---|
 * | `pk`       | program # patient |
 * | `sk`       | exam |
 * | `revision` | counts the writes; every write is on condition of it |
 * | `record`   | the exam record as JSON |
 * | `facts`    | what lists are filtered and counted by |
 * | `listing`  | program # listing: partition of the index `by-listing`, one of eight of it |
 * | `listedAt` | instant, patient and exam: order within the listing |
 * | `workList` | program # stage # outcome: partition of the index `by-work-list`, one of eight of it; absent if it waits for no reader |
 * | `dueAt`    | deadline, patient and exam: order within the work list |
 *
 * Besides, one item for each patient who was erased, for a time, which no index lists:
 *
 * | attribute | holds |
 * |---|---|
 * | `pk`      | `#erased#` and the keyed hash of the patient: no pseudonym, and no program is named so |
 * | `sk`      | `tombstone` |
 * | `erasure` | id of the latest erasure. An exam's item has one as well, if it was begun after an erasure |
 * | `endsAt`  | second since 1970 at which DynamoDB may remove it |
 */
export const TABLE_SCHEMA = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'endsAt',
  indexes: {
    listing: { name: 'by-listing', partitionKey: 'listing', sortKey: 'listedAt', projected: ['facts'] },
    'work-list': { name: 'by-work-list', partitionKey: 'workList', sortKey: 'dueAt', projected: ['facts'] },
  },
} as const;
