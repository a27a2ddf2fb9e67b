import { describe, expect, it } from 'vitest';
import { subjectOfMessage } from './message-subject.ts';

function notification(...keys: string[]): string {
  return JSON.stringify({ Records: keys.map((key) => ({ s3: { object: { key } } })) });
}

describe('what a message is about', () => {
  it.each([
    [
      'a request',
      JSON.stringify({ schema: 'any/1', exam: { program: 'north', patient: 'P1', exam: '1' } }),
      { name: 'north/P1/1', program: 'north' },
    ],
    [
      "a store's notification",
      notification('images/north/P+1/1/left.jpg'),
      { name: 'images/north/P 1/1/left.jpg', program: 'north' },
    ],
    [
      'a notification of objects of two programs',
      notification('images/a/P/1/left.jpg', 'images/b/P/1/left.jpg'),
      { name: 'images/a/P/1/left.jpg, images/b/P/1/left.jpg', program: null },
    ],
    ['a notification of a foreign key', notification('images/x'), { name: 'images/x', program: null }],
    ['a key that is badly encoded', notification('images/%E4'), { name: 'images/%E4', program: null }],
    [
      'a notification of two objects of one program',
      notification('images/a/P/1/left.jpg', 'images/a/P/1/right.jpg'),
      { name: 'images/a/P/1/left.jpg, images/a/P/1/right.jpg', program: 'a' },
    ],
    ['a notification of nothing', notification(), { name: 'unknown', program: null }],
    [
      "a job's shard",
      JSON.stringify({ schema: 'shard-rescored/1', program: 'north', job: 'j1', shard: 3 }),
      { name: 'shard 3 of job north/j1', program: 'north' },
    ],
    [
      'an event that a job has ended',
      JSON.stringify({ type: 'JobFinished', program: 'north', job: 'j1' }),
      { name: 'job north/j1', program: 'north' },
    ],
    [
      'a schedule that is due',
      JSON.stringify({
        schema: 'schedule-due/1',
        program: 'north',
        schedule: 'yearly',
        at: '2026-05-01T00:00:00Z',
      }),
      { name: 'schedule north/yearly', program: 'north' },
    ],
    [
      'the end of a Batch job',
      JSON.stringify({
        'detail-type': 'Batch Job State Change',
        detail: { status: 'FAILED', parameters: { program: 'north', job: 'j1' } },
      }),
      { name: 'job north/j1', program: 'north' },
    ],
    [
      'the record of a new job',
      JSON.stringify({
        Records: [{ s3: { object: { key: 'job-records/north/j1.json', versionId: 'v1' } } }],
      }),
      { name: 'job-records/north/j1.json', program: 'north' },
    ],
    [
      'a schedule that has changed',
      JSON.stringify({ Records: [{ s3: { object: { key: 'job-schedules/south/yearly.json' } } }] }),
      { name: 'job-schedules/south/yearly.json', program: 'south' },
    ],
    [
      'the delivery of an event',
      JSON.stringify({
        schema: 'webhook-delivery/1',
        endpoint: 'e',
        event: { type: 'ExamScreened', exam: { program: 'north', patient: 'P1', exam: '1' } },
      }),
      { name: 'north/P1/1', program: 'north' },
    ],
    [
      'an exam that has no valid name',
      JSON.stringify({ exam: { program: 'n' } }),
      { name: 'unknown', program: null },
    ],
    ['no JSON', '{', { name: 'unknown', program: null }],
    ['JSON of something else', '[1]', { name: 'unknown', program: null }],
  ])('is told of %s', (_, body, subject) => {
    expect(subjectOfMessage(body)).toEqual(subject);
  });
});
