import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemOf } from '../../aws/table/exam-item.ts';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from '../../core/exams/review-settings.ts';
import { registeredExam, screenedExam } from '../conformance/exam-records.ts';
import { type DynamoEmulator, openDynalite, TABLE } from './dynamo-emulator.ts';

const EXAMS = 24;
const atOf = (index: number) => new Date(Date.UTC(2026, 4, 1, 0, 0, index)).toISOString();
const keyOf = (index: number) => ({ program: 'north', patient: `P${index}`, exam: '1' });
const ALL = Array.from({ length: EXAMS }, (_, index) => `P${index}`);

function recordOf(index: number) {
  const at = atOf(index);
  const reading = readingOf(DEFAULT_REVIEW_SETTINGS, keyOf(index), { outcome: 'refer', screenedAt: at });
  return { ...screenedExam(registeredExam(keyOf(index), at), 'refer', at), reading };
}

let subject: DynamoEmulator;
beforeAll(async () => {
  subject = await openDynalite();
  for (let index = 0; index < EXAMS; index += 1) {
    if (index % 3 === 0) {
      await subject.exams.save(recordOf(index));
      continue;
    }
    // As a release wrote it that gave an outcome one partition.
    const record = { ...recordOf(index), revision: 1 };
    const former = { listing: 'north#refer', workList: 'north#first#refer' };
    await subject.documents.send(
      new PutCommand({ TableName: TABLE, Item: { ...itemOf(record), ...former } }),
    );
  }
});
afterAll(() => subject.close());

async function pages(
  read: (cursor: string | undefined) => Promise<{ items: readonly { patient: string }[]; cursor?: string }>,
) {
  const patients: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    patients.push(...page.items.map(({ patient }) => patient));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return patients;
}

async function inFormerPartition(index: string, attribute: string, partition: string): Promise<number> {
  const { Count } = await subject.documents.send(
    new QueryCommand({
      TableName: TABLE,
      IndexName: index,
      KeyConditionExpression: '#part = :part',
      ExpressionAttributeNames: { '#part': attribute },
      ExpressionAttributeValues: { ':part': partition },
      Select: 'COUNT',
    }),
  );
  return Count ?? 0;
}

describe('exams of a release that gave an outcome one partition', () => {
  it.each([1, 5, 7, 100])('are listed among the others in order, %i a page', async (limit) => {
    const { exams } = subject;
    const list = (cursor: string | undefined) =>
      exams.list('north', { listings: ['refer'], order: 'oldest-first', limit, cursor });
    const newest = (cursor: string | undefined) =>
      exams.list('north', { listings: ['refer'], limit, cursor });
    const work = (cursor: string | undefined) => exams.workList('north', { stage: 'first', limit, cursor });
    expect(await pages(list)).toEqual(ALL);
    expect(await pages(newest)).toEqual(ALL.toReversed());
    expect(await pages(work)).toEqual(ALL);
  });

  it('are counted', async () => {
    expect(await subject.exams.count('north')).toMatchObject({ refer: EXAMS, recall: 0 });
  });

  it('are spread when they are next written, and stand in the list once', async () => {
    const { exams } = subject;
    const former = () =>
      Promise.all([
        inFormerPartition('by-listing', 'listing', 'north#refer'),
        inFormerPartition('by-work-list', 'workList', 'north#first#refer'),
      ]);
    expect(await former()).toEqual([16, 16]);
    for (let index = 0; index < EXAMS; index += 1) {
      const record = await exams.get(keyOf(index));
      if (record !== undefined) await exams.save(record);
    }
    expect(await former()).toEqual([0, 0]);
    const list = (cursor: string | undefined) =>
      exams.list('north', { listings: ['refer'], limit: 7, cursor });
    expect(await pages(list)).toEqual(ALL.toReversed());
  });
});
