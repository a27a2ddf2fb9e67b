import { readFileSync } from 'node:fs';
import { type Counted, countedSchema } from './counted.ts';

/** What was counted last, by `npm run bench:requests -- --write`. */
export function readCounted(): Counted {
  return countedSchema.parse(
    JSON.parse(readFileSync(new URL('counted-requests.json', import.meta.url), 'utf8')),
  );
}
