import { isTest } from './imports.ts';

/** What each room may import, beside itself. `local/host` runs the functions and the workers, so it is a room of its own. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  phantoms: ['core'],
  decoding: ['core'],
  judging: ['core', 'decoding'],
  model: ['core', 'decoding'],
  aws: ['core'],
  local: ['core', 'model'],
  screening: ['core', 'model'],
  functions: ['core', 'decoding', 'judging', 'model', 'screening', 'aws'],
  'gpu-worker': ['core', 'model', 'screening', 'aws', 'local'],
  'rescore-worker': ['core', 'model', 'aws', 'local'],
  'local/host': ['core', 'model', 'local', 'functions', 'gpu-worker', 'rescore-worker'],
  cli: ['core', 'decoding', 'judging', 'model', 'phantoms', 'aws', 'local', 'local/host', 'functions'],
  bundles: ['core', 'model', 'phantoms', 'cli'],
  // What a browser runs knows the API by its document alone; what builds it knows the system.
  'reading-room': [],
  'reading-room/build': ['core', 'functions', 'local'],
  lib: ['core', 'aws'],
  bin: ['lib'],
  sbom: ['lib'],
};

/** The storeys of `core`, lowest first. A folder imports its own storey and those below. */
export const STOREYS: readonly (readonly string[])[] = [
  ['errors.ts', 'suggestions', 'statistics', 'tensors', 'activation'],
  ['exams'],
  ['policies', 'messages', 'keys', 'names'],
  ['ports'],
  ['documents', 'lanes', 'lists', 'features', 'preparation', 'pseudonyms', 'objects', 'events'],
  ['heads', 'programs', 'records', 'reviews', 'webhooks', 'dead-letters', 'attempts', 'audit', 'erasures'],
  ['identity', 'jobs', 'summary', 'search', 'patients', 'reconciliation'],
];

/** Rooms that lie in another room. */
export const INNER_ROOMS: readonly string[] = Object.keys(ROOMS).filter((room) => room.includes('/'));

/** The room of a file, undefined for a file that lies in none. */
export function roomOf(file: string): string | undefined {
  return (
    INNER_ROOMS.find((room) => file.startsWith(`${room}/`)) ??
    Object.keys(ROOMS).find((room) => file.startsWith(`${room}/`))
  );
}

/** The storey of a file of `core`, counted from the lowest; -1 for a folder that stands in none. */
export function storeyOf(file: string): number {
  const [, folder = ''] = file.split('/');
  return STOREYS.findIndex((storey) => storey.includes(folder));
}

/** Why a file of the product must not import another file, undefined when it may. */
export function refusedArrow(from: string, to: string): string | undefined {
  if (isTest(to)) return 'is an import of a test';
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room === undefined || other === undefined) return 'lies in no room of test/architecture/order.ts';
  if (room !== other) {
    return ROOMS[room]?.includes(other) ? undefined : `${room} may not import ${other}`;
  }
  if (room !== 'core') return undefined;
  const [storey, above] = [storeyOf(from), storeyOf(to)];
  if (storey === -1 || above === -1) return 'lies in no storey of test/architecture/order.ts';
  return above > storey ? 'climbs up the storeys of core' : undefined;
}
