import { ObjectExistsError } from '../errors.ts';
import { PROGRAMS_PREFIX } from '../keys/programs-prefix.ts';
import type { ObjectStore, Page, PageRequest } from '../ports/index.ts';
import { parseProgramName } from './program-name.ts';

/** One object for each program, so that programs can be listed without looking at exams. */
export const REGISTER_PREFIX = `${PROGRAMS_PREFIX}.register/`;

/** Programs that this process knows to be registered. */
const known = new WeakMap<object, Set<string>>();

/**
 * Notes that there is such a program: one read in each process, one write for all time.
 *
 * @throws InvalidInputError if it is new and its name is one that no program may be begun under
 */
export async function registerProgram(
  store: Pick<ObjectStore, 'put' | 'head'>,
  program: string,
): Promise<void> {
  const registered = known.get(store) ?? new Set();
  known.set(store, registered);
  if (registered.has(program)) return;
  const key = `${REGISTER_PREFIX}${program}`;
  try {
    if ((await store.head(key)) === undefined) {
      parseProgramName(program);
      await store.put(key, Buffer.from('{}'), { ifAbsent: true });
    }
  } catch (error) {
    // Another process was faster.
    if (!(error instanceof ObjectExistsError)) throw error;
  }
  registered.add(program);
}

/** Whether a program was registered. */
export async function isRegistered(store: Pick<ObjectStore, 'head'>, program: string): Promise<boolean> {
  return (await store.head(`${REGISTER_PREFIX}${program}`)) !== undefined;
}

/** Every registered program in the order of its name. */
export async function listPrograms(
  store: Pick<ObjectStore, 'list'>,
  page: PageRequest,
): Promise<Page<string>> {
  const { items, ...rest } = await store.list(REGISTER_PREFIX, page);
  return { items: items.map(({ key }) => key.slice(REGISTER_PREFIX.length)), ...rest };
}
