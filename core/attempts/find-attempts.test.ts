import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '../ports/index.ts';
import { NOTHING_BEFELL } from './attempts.ts';
import { findAttempts } from './find-attempts.ts';

const message = (receiveCount: number): ReceivedMessage => ({
  ...{ id: 'm1', receipt: 'r1', body: '{}', attributes: {}, receiveCount },
  sentAt: new Date(0),
});

async function found(receiveCount: number, find: () => Promise<typeof NOTHING_BEFELL>) {
  const warnings: unknown[] = [];
  const log = { warn: (...told: unknown[]) => void warnings.push(told) };
  const known = await findAttempts({ find }, message(receiveCount), NOTHING_BEFELL, {
    log,
    what: 'an image',
  });
  return { known, warnings };
}

describe('what befell a message before', () => {
  const noted = { crashes: 2, failures: 1, isSuspect: true };

  it('is not looked up on its first delivery, and is nothing', async () => {
    const { known } = await found(1, () => Promise.reject(new Error('must not be asked')));
    expect(known).toEqual({ crashes: 0, failures: 0, isSuspect: false });
  });

  it('is what was noted', async () => {
    expect(await found(2, async () => noted)).toEqual({ known: noted, warnings: [] });
  });

  it('makes a suspect of one that cannot be looked up, and is said by its message', async () => {
    const { known, warnings } = await found(2, () => Promise.reject(new Error('the store is away')));
    expect(known).toEqual({ crashes: 0, failures: 0, isSuspect: true });
    expect(warnings).toEqual([
      [
        'What befell an image before could not be looked up',
        { messageId: 'm1', reason: 'the store is away' },
      ],
    ]);
  });
});
