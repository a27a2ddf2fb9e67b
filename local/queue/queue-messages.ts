import { randomBytes } from 'node:crypto';
import type { OutgoingMessage, QueueDepth, ReceivedMessage } from '../../core/ports/index.ts';
import type { Database, Row } from '../database/database.ts';
import { chooseFairly } from './fair-choice.ts';

/** How one queue treats its messages. They wait for as long as it takes: on one machine none expires. */
export interface QueueRules {
  readonly name: string;
  /** Where messages go that were delivered too often; `null` for a dead-letter queue itself. */
  readonly deadLetters: {
    readonly queue: string;
    readonly maxReceiveCount: number;
  } | null;
}

const VISIBLE_GROUPS = `
WITH RECURSIVE fair_groups(name) AS (
  SELECT min(fair_group) FROM messages WHERE queue = :queue
  UNION ALL
  SELECT (SELECT min(fair_group) FROM messages WHERE queue = :queue AND fair_group > name)
  FROM fair_groups WHERE name IS NOT NULL
)
SELECT name,
  (SELECT min(visible_at) FROM messages WHERE queue = :queue AND fair_group = name AND visible_at <= :now) AS oldest,
  (SELECT count(*) FROM messages
   WHERE queue = :queue AND fair_group = name AND receipt IS NOT NULL AND visible_at > :now) AS in_flight
FROM fair_groups WHERE name IS NOT NULL AND oldest IS NOT NULL ORDER BY in_flight, oldest LIMIT :groups`;

/**
 * A queue's messages in the database. Methods that change them run inside a transaction. `now` is by the folder's clock,
 * which no change of the time of day moves.
 */
export class QueueMessages {
  readonly #database: Database;
  readonly #rules: QueueRules;

  constructor(database: Database, rules: QueueRules) {
    this.#database = database;
    this.#rules = rules;
  }

  /** @param sentAt milliseconds since 1970 */
  insert(message: OutgoingMessage, now: number, sentAt: number): void {
    this.#database.run(
      `INSERT INTO messages
         (queue, fair_group, visible_at, receive_count, sent_at, body, attributes)
       VALUES (?, ?, ?, 0, ?, ?, ?)`,
      this.#rules.name,
      message.group ?? '',
      now + (message.delaySeconds ?? 0) * 1_000,
      sentAt,
      message.body,
      JSON.stringify(message.attributes ?? {}),
    );
  }

  anyVisible(now: number): boolean {
    const sql = 'SELECT 1 FROM messages WHERE queue = ? AND visible_at <= ? LIMIT 1';
    return this.#database.get(sql, this.#rules.name, now) !== undefined;
  }

  /**
   * Lends messages. Those delivered too often are moved to the dead letters.
   *
   * @param until when the loan ends
   */
  lend(capacity: number, now: number, until: number): readonly ReceivedMessage[] {
    const lent: ReceivedMessage[] = [];
    while (lent.length < capacity) {
      const wanted = capacity - lent.length;
      const rows = this.#choose(wanted, now);
      for (const row of rows) {
        if (!this.#retire(row, now)) lent.push(this.#lendOne(row, until));
      }
      // No other is visible.
      if (rows.length < wanted) break;
    }
    return lent;
  }

  /**
   * @param receipt names a delivery
   * @param onlyInFlight also asks that the delivery's loan has not ended
   * @returns the message's sequence number, `'gone'` if it was deleted, `'stale'` if the delivery no longer holds it
   */
  holder(receipt: string, now: number, onlyInFlight: boolean): number | 'gone' | 'stale' {
    const sequence = Number(receipt.split('.', 1)[0]);
    if (!Number.isSafeInteger(sequence)) return 'stale';
    const row = this.#database.get(
      'SELECT queue, receipt, visible_at FROM messages WHERE sequence = ?',
      sequence,
    );
    if (row === undefined) return 'gone';
    if (row.receipt !== receipt || row.queue !== this.#rules.name) return 'stale';
    return onlyInFlight && Number(row.visible_at) <= now ? 'stale' : sequence;
  }

  remove(sequence: number): void {
    this.#database.run('DELETE FROM messages WHERE sequence = ?', sequence);
  }

  extend(sequence: number, until: number): void {
    this.#database.run('UPDATE messages SET visible_at = ? WHERE sequence = ?', until, sequence);
  }

  release(sequence: number, now: number): void {
    const sql = 'UPDATE messages SET visible_at = ?, receipt = NULL WHERE sequence = ?';
    this.#database.run(sql, now, sequence);
  }

  /** Ends every loan. */
  releaseAll(now: number): void {
    this.#database.run(
      'UPDATE messages SET visible_at = ?, receipt = NULL WHERE queue = ? AND receipt IS NOT NULL AND visible_at > ?',
      now,
      this.#rules.name,
      now,
    );
  }

  depth(now: number): QueueDepth {
    const count = (condition: string): number =>
      Number(
        this.#database.get(
          `SELECT count(*) AS count FROM messages WHERE queue = ? AND ${condition}`,
          this.#rules.name,
          now,
        )?.count,
      );
    const hidden = count('visible_at > ?');
    const inFlight = count('visible_at > ? AND receipt IS NOT NULL');
    return { visible: count('visible_at <= ?'), inFlight, delayed: hidden - inFlight };
  }

  #choose(capacity: number, now: number): readonly Row[] {
    const groups = this.#database.allNamed(VISIBLE_GROUPS, {
      queue: this.#rules.name,
      now,
      groups: capacity,
    });
    const waiting = groups.map((group) => ({
      inFlight: Number(group.in_flight),
      messages: this.#database.all(
        `SELECT sequence, body, attributes, receive_count, sent_at FROM messages
         WHERE queue = ? AND fair_group = ? AND visible_at <= ? ORDER BY visible_at, sequence LIMIT ?`,
        this.#rules.name,
        group.name ?? '',
        now,
        capacity,
      ),
    }));
    return chooseFairly(waiting, capacity);
  }

  /** @returns `true` if the message left the queue instead of being lent */
  #retire(row: Row, now: number): boolean {
    const sequence = Number(row.sequence);
    const { deadLetters } = this.#rules;
    if (deadLetters === null || Number(row.receive_count) < deadLetters.maxReceiveCount) return false;
    this.#database.run(
      `UPDATE messages SET queue = ?, visible_at = ?, receipt = NULL, receive_count = 0
       WHERE sequence = ?`,
      deadLetters.queue,
      now,
      sequence,
    );
    return true;
  }

  #lendOne(row: Row, until: number): ReceivedMessage {
    const receipt = `${row.sequence}.${randomBytes(12).toString('hex')}`;
    this.#database.run(
      'UPDATE messages SET receipt = ?, visible_at = ?, receive_count = receive_count + 1 WHERE sequence = ?',
      receipt,
      until,
      row.sequence ?? 0,
    );
    return {
      id: String(row.sequence),
      receipt,
      body: String(row.body),
      attributes: JSON.parse(String(row.attributes)),
      receiveCount: Number(row.receive_count) + 1,
      sentAt: new Date(Number(row.sent_at)),
    };
  }
}
