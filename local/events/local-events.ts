import type { DomainEvent, Events } from '../../core/ports/index.ts';
import type { Database } from '../database/database.ts';

export type EventListener = (event: DomainEvent) => void;

/** An event and its place in the order of all events of a data folder. */
export interface RecordedEvent {
  readonly sequence: number;
  readonly event: DomainEvent;
}

/** Events in the data folder's database, each once by type and id, told to listeners in this process. */
export class LocalEvents implements Events {
  readonly #database: Database;
  readonly #listeners = new Set<EventListener>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Stores the events; those that were published before are neither stored nor told again. */
  async publish(events: readonly DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    const added = await this.#database.write('durable', () => events.filter((event) => this.#add(event)));
    for (const event of added) {
      for (const listener of [...this.#listeners]) listener(event);
    }
  }

  /**
   * Listens to what this process publishes from now on. Use `after` to catch up.
   *
   * @returns stops listening
   */
  onEvent(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Events after a place in their order, of every process; 0 begins at the first. */
  async after(sequence: number, limit: number): Promise<readonly RecordedEvent[]> {
    const rows = this.#database.all(
      'SELECT sequence, event FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?',
      sequence,
      limit,
    );
    return rows.map((row) => ({ sequence: Number(row.sequence), event: JSON.parse(String(row.event)) }));
  }

  /** Has the next event come behind a place, which followers of former events may have reached. */
  async continueAfter(sequence: number): Promise<void> {
    await this.#database.write('durable', () => {
      const changed = this.#database.run(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'events'",
        sequence,
      );
      if (changed === 0)
        this.#database.run("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)", sequence);
    });
  }

  /**
   * Removes events that are older than told and that everybody has followed. The latest result of each exam stays, however
   * old: from these the index of features is made again. What is published again afterwards is told again.
   *
   * @param followed the last event that everybody has followed
   * @returns how many
   */
  async forgetBefore(before: Date, followed: number): Promise<number> {
    return this.#database.write('durable', () =>
      this.#database.run(
        `DELETE FROM events
         WHERE sequence <= ? AND event ->> '$.at' < ?
           AND sequence NOT IN (
             SELECT max(sequence) FROM events WHERE type = 'ExamScreened' GROUP BY event -> '$.exam')`,
        followed,
        before.toISOString(),
      ),
    );
  }

  #add(event: DomainEvent): boolean {
    const sql = 'INSERT INTO events (type, id, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
    return this.#database.run(sql, event.type, event.id, JSON.stringify(event)) > 0;
  }
}
