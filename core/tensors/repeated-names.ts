/**
 * Names that one object of a JSON text has twice. `JSON.parse` takes the last of them in silence; another reader takes
 * the first, and the two see different files.
 *
 * @param text JSON that `JSON.parse` has accepted
 * @returns the first such name, or `null`
 * @example repeatedName('{"a": 1, "b": {"a": 2}, "a": 3}') // 'a'
 */
export function repeatedName(text: string): string | null {
  /** The names of each object that is open; `null` for a list. */
  const open: (Set<string> | null)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const names = open.at(-1);
    if (sign === '"') {
      const end = endOfText(text, at);
      if (isName && names instanceof Set) {
        const name = String(JSON.parse(text.slice(at, end + 1)));
        if (names.has(name)) return name;
        names.add(name);
      }
      isName = false;
      at = end;
    } else if (sign === '{') {
      open.push(new Set());
      isName = true;
    } else if (sign === '[') open.push(null);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ',') isName = names instanceof Set;
  }
  return null;
}

/** Where the text that begins with the quotation mark at `from` ends. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === '\\') before -= 1;
    if ((end - 1 - before) % 2 === 0) return end;
  }
  return text.length;
}
