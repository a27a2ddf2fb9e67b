import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { examsOfMessage, subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import type { ObjectStore, PatientTraces, RemainingPlace, TraceCounts } from '../../core/ports/index.ts';
import { mentions } from '../../core/pseudonyms/mentions.ts';
import type { DataFolder } from '../data-folder.ts';
import type { Database, Row } from '../database/database.ts';
import type { LocalVectorIndex } from '../search/local-vector-index.ts';
import { blankLogLines } from './log-lines.ts';
import { holdsBytes, pageSpellings } from './residue.ts';

const LOG = /\.log$/;

/** How a pseudonym is spelt in messages: plainly, and in keys as notifications encode them. */
function spellings(patient: string): readonly [string, string, string] {
  const encoded = encodeURIComponent(patient);
  return [patient, encoded, encoded.replaceAll('%20', '+')];
}

/** What one data folder keeps of patients beside objects, exams and vectors. */
export class LocalTraces implements PatientTraces {
  readonly #folder: DataFolder;
  readonly #database: Database;
  readonly #objects: Pick<ObjectStore, 'head'>;
  readonly #vectors: LocalVectorIndex;
  readonly remaining: readonly RemainingPlace[] = [
    { place: 'backups of the data folder', holds: 'everything of their day', days: null },
    { place: 'exports, printed lists, receivers of webhooks', holds: 'what was sent to them', days: null },
  ];

  constructor(
    folder: DataFolder,
    database: Database,
    objects: Pick<ObjectStore, 'head'>,
    vectors: LocalVectorIndex,
  ) {
    this.#folder = folder;
    this.#database = database;
    this.#objects = objects;
    this.#vectors = vectors;
  }

  async erase(program: string, patient: string, later: ReadonlySet<string>): Promise<TraceCounts> {
    const counts = {
      messages: await this.#eraseMessages(program, patient, later),
      events: await this.#eraseEvents(program, patient, later),
      logLines: await this.#eraseLogLines(patient),
    };
    // Rows that were removed are zeros in the database by now; the log of writes still holds them.
    await this.#database.forget();
    // A page that SQLite has put in order may keep a copy of a removed row behind its rows: it is seldom, and looked for.
    const isLater = later.size > 0;
    const spellings = pageSpellings(program, patient);
    if (!isLater && (await holdsBytes(this.#folder.database, spellings))) await this.#database.rebuild();
    if (!isLater && (await holdsBytes(this.#folder.vectors, spellings))) this.#vectors.rebuild();
    return counts;
  }

  async #eraseMessages(program: string, patient: string, later: ReadonlySet<string>): Promise<number> {
    const rows = this.#database.all(
      `SELECT sequence, body, attributes FROM messages
       WHERE instr(body, ?) > 0 OR instr(body, ?) > 0 OR instr(body, ?) > 0 OR instr(attributes, ?) > 0`,
      ...spellings(patient),
      patient,
    );
    const erased: number[] = [];
    for (const row of rows) {
      if (await this.#isErased(row, program, patient, later)) erased.push(Number(row.sequence));
    }
    return this.#remove('DELETE FROM messages WHERE sequence = ?', erased);
  }

  /** A message about an exam of after the erasure stays, and one that announces an image which is there. */
  async #isErased(row: Row, program: string, patient: string, later: ReadonlySet<string>) {
    const body = String(row.body);
    const exams = examsOfMessage(body);
    const own = exams.filter(({ exam }) => exam.program === program && exam.patient === patient);
    for (const { exam, image } of own) {
      if (image === null && later.has(exam.exam)) return false;
      if (image !== null && (await this.#objects.head(image.key, image.versionId)) !== undefined)
        return false;
    }
    if (own.length > 0) return true;
    if (exams.length > 0) return false;
    // It is unreadable: a dead letter, most likely.
    const text = `${body} ${String(row.attributes)}`;
    const about = subjectOfMessage(body).program;
    return (about === program || (about === null && mentions(text, program))) && mentions(text, patient);
  }

  async #eraseEvents(program: string, patient: string, later: ReadonlySet<string>): Promise<number> {
    const rows = this.#database.all('SELECT sequence, event FROM events WHERE instr(event, ?) > 0', patient);
    const erased = rows.flatMap(({ sequence, event }) => {
      const isIt = examsOfMessage(String(event)).some(
        ({ exam }) => exam.program === program && exam.patient === patient && !later.has(exam.exam),
      );
      return isIt ? [Number(sequence)] : [];
    });
    return this.#remove('DELETE FROM events WHERE sequence = ?', erased);
  }

  async #eraseLogLines(patient: string): Promise<number> {
    let lines = 0;
    for (const name of await readdir(this.#folder.directory)) {
      if (LOG.test(name)) lines += await blankLogLines(join(this.#folder.directory, name), patient);
    }
    return lines;
  }

  async #remove(sql: string, sequences: readonly number[]): Promise<number> {
    if (sequences.length === 0) return 0;
    return this.#database.write('durable', () => {
      let removed = 0;
      for (const sequence of sequences) removed += this.#database.run(sql, sequence);
      return removed;
    });
  }
}
