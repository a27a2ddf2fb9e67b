import { IMAGE_PREFIX } from '../../core/keys/image-key.ts';
import { preparedPrefixOf } from '../../core/keys/prepared-key.ts';
import type { Home, PreparedStore } from '../../core/ports/index.ts';
import { PROGRAM } from './simulated-program.ts';

const prefixOf = (patient: string) => preparedPrefixOf({ program: PROGRAM, patient });

/** What was prepared of images: the store of it, seen by everything that a run has put there, and what becomes of it. */
export class SimulatedPixels {
  readonly #keys = new Set<string>();
  readonly #losses = new Map<string, number>();

  /** The same store, whose writes are noted. */
  noted(store: PreparedStore): PreparedStore {
    return {
      put: (key, content) => {
        this.#keys.add(key);
        return store.put(key, content);
      },
      get: (key) => store.get(key),
      has: (key) => store.has(key),
      removeAll: (prefix) => store.removeAll(prefix),
    };
  }

  /** How often a patient's pixels were lost or damaged. */
  lossesOf(patient: string): number {
    return this.#losses.get(patient) ?? 0;
  }

  /** Removes what was prepared of a patient, as the end of its time does. @returns how many files there were */
  async lose(store: PreparedStore, patient: string): Promise<number> {
    const lost = await store.removeAll(prefixOf(patient));
    if (lost > 0) this.#count(patient);
    return lost;
  }

  /** Leaves of each prepared file of a patient but a part. @returns how many files there were */
  async damage(store: PreparedStore, patient: string): Promise<number> {
    let damaged = 0;
    for (const key of this.#of(patient)) {
      const file = await store.get(key);
      if (file === undefined) continue;
      await store.put(key, file.subarray(0, file.length - 1));
      damaged += 1;
    }
    if (damaged > 0) this.#count(patient);
    return damaged;
  }

  /** Keys of what was prepared of a patient's images that are no longer in the store. */
  async leftBehind(home: Home, patient: string): Promise<string[]> {
    const left: string[] = [];
    for (const key of this.#of(patient)) {
      // prepared/{program}/{patient}/{exam}/{image}/{version}/{contract}.safetensors
      const [, program, , exam, fileName, version] = key.split('/');
      const source = `${IMAGE_PREFIX}${program}/${patient}/${exam}/${fileName}`;
      const isThere = (await home.objects.head(source, version)) !== undefined;
      if (!isThere && (await home.prepared.has(key))) left.push(key);
    }
    return left;
  }

  #of(patient: string): string[] {
    return [...this.#keys].filter((key) => key.startsWith(prefixOf(patient)));
  }

  #count(patient: string): void {
    this.#losses.set(patient, this.lossesOf(patient) + 1);
  }
}
