import type { Page, PageRequest } from '../../core/ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';

/**
 * A page of several lists one after the other, each in its own order: what is urgent before what is not.
 *
 * @param name of the chained list, so that no other list takes its cursor
 * @throws InvalidInputError on a foreign cursor
 */
export async function chainedPage<List, Item>(
  name: string,
  lists: readonly List[],
  request: PageRequest,
  read: (list: List, page: PageRequest) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  checkLimit(request.limit);
  const [place, inner] = decodeCursor(name, request.cursor) ?? [0, ''];
  let cursor = inner === '' || inner === undefined ? undefined : String(inner);
  const items: Item[] = [];
  for (let index = Number(place); index < lists.length; index += 1, cursor = undefined) {
    const list = lists[index];
    if (list === undefined) break;
    if (items.length === request.limit) return { items, cursor: encodeCursor(name, [index, '']) };
    const page = await read(list, { limit: request.limit - items.length, cursor });
    items.push(...page.items);
    // The list's own bound of reading holds for the whole page.
    if (page.cursor !== undefined) return { items, cursor: encodeCursor(name, [index, page.cursor]) };
  }
  return { items };
}
