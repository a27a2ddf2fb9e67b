import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** A photograph of a real set, with what tells its patients apart. */
export interface SetPhotograph {
  readonly set: string;
  /** Photographs of one group may be of one patient. */
  readonly group: string;
  readonly path: string;
}

/** Sets with a table: the columns of images, and those of which the first that is filled names the group. */
const TABLES = [
  { set: 'odir5k_256', images: ['left_image', 'right_image'], groups: ['group'] },
  { set: 'eyepacs_400', images: ['left_image', 'right_image'], groups: ['patient'] },
  { set: 'aptos_dr234_256', images: ['image'], groups: ['duplicate_group', 'id'] },
];
/** Without a table; the children's numbers begin the names. */
const CHASE = 'chase_db1_512';

/** Every photograph of the real sets below a folder, but the few at camera resolution. */
export function fieldPhotographs(fundus: string): SetPhotograph[] {
  const listed = TABLES.flatMap(({ set, images, groups }) => {
    const rows: Record<string, string>[] = parse(readFileSync(join(fundus, set, 'labels.csv')), {
      columns: true,
      bom: true,
    });
    return rows.flatMap((row) => {
      const group = groups.map((name) => row[name]).find((text) => text) ?? '';
      return images.flatMap((image) =>
        row[image] ? [{ set, group, path: join(fundus, set, 'images', row[image]) }] : [],
      );
    });
  });
  const children = readdirSync(join(fundus, CHASE, 'images')).map((name) => ({
    ...{ set: CHASE, group: name.slice(0, 2), path: join(fundus, CHASE, 'images', name) },
  }));
  return [...listed, ...children];
}
