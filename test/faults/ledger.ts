import { createHash } from 'node:crypto';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { PhotographKind } from './photographs.ts';

/** A photograph that was sent. */
export interface SentPhotograph {
  readonly patient: string;
  readonly laterality: Laterality;
  readonly kind: PhotographKind;
  readonly sha256: string;
  /** Place among all that were sent. */
  readonly sequence: number;
  /** Whether the sender has the store's word that it is kept. Without, it may or may not be. */
  readonly isAccepted: boolean;
}

/** What the senders know: an account of their own, kept beside the system and never asked of it. */
export class Ledger {
  readonly #sent: SentPhotograph[] = [];
  readonly #erased = new Map<string, number>();

  send(photograph: Omit<SentPhotograph, 'sha256' | 'sequence'>, content: Uint8Array): void {
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.#sent.push({ ...photograph, sha256, sequence: this.#sent.length });
  }

  /** The patient's photographs so far are to be gone. */
  erase(patient: string): void {
    this.#erased.set(patient, this.#sent.length);
  }

  get patients(): readonly string[] {
    return [...new Set(this.#sent.map(({ patient }) => patient))].toSorted();
  }

  /** All that were sent since the patient was erased last, of one eye, oldest first. */
  of(patient: string, laterality: Laterality): readonly SentPhotograph[] {
    const since = this.#erased.get(patient) ?? 0;
    return this.#sent.filter(
      (one) => one.patient === patient && one.laterality === laterality && one.sequence >= since,
    );
  }

  /** SHA-256 of all that were erased and not sent again. */
  erased(patient: string): readonly string[] {
    const since = this.#erased.get(patient) ?? 0;
    return this.#sent
      .filter((one) => one.patient === patient && one.sequence < since)
      .map(({ sha256 }) => sha256);
  }

  /** SHA-256 of photographs whose pixels kill the worker that reads them. */
  get poison(): readonly string[] {
    return this.#sent.filter(({ kind }) => kind === 'poison').map(({ sha256 }) => sha256);
  }

  get accepted(): number {
    return this.#sent.filter(({ isAccepted }) => isAccepted).length;
  }

  /** Which photographs may be the answer of an eye: the last one that was accepted, and what came later without word. */
  mayHold(patient: string, laterality: Laterality): readonly SentPhotograph[] {
    const sent = this.of(patient, laterality);
    const last = sent.findLastIndex(({ isAccepted }) => isAccepted);
    return last < 0 ? sent : sent.slice(last);
  }
}
