import type { Random } from './random.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  '',
  'length',
  '*',
  '\u0000',
  '../..',
  'é',
  'x'.repeat(300),
];

function oddValue(random: Random): Json {
  return random.pick<() => Json>([
    () => null,
    () => true,
    () => random.pick([0, -1, 1e308, -0.5, 2 ** 53, 4_294_967_296, 1e-320]) ?? 0,
    () => '',
    () => 'x'.repeat(random.pick([1, 129, 10_000]) ?? 1),
    () => random.pick(ODD_NAMES) ?? '',
    () => [],
    () => ({}),
    () => nested(random.pick([10, 2_000]) ?? 10),
    () => Array<Json>(random.pick([3, 5_000]) ?? 3).fill(0),
    () => '2026-13-45T99:99:99Z',
    () => '%E0%A4%A',
    () => '\ud800',
  ])();
}

function nested(depth: number): Json {
  let value: Json = 0;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

/** Every place of a document, as the object or list that holds it and its name there. */
function places(value: Json, found: [Record<string, Json>, string][] = []): [Record<string, Json>, string][] {
  if (value === null || typeof value !== 'object') return found;
  for (const name of Object.keys(value)) {
    found.push([value as Record<string, Json>, name]);
    places((value as Record<string, Json>)[name] ?? null, found);
  }
  return found;
}

/** A copy; of what is nested too deeply to be copied, nothing. */
function copyOf(value: Json): Json {
  try {
    return structuredClone(value);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function changeOnce(root: { value: Json }, random: Random): void {
  const [holder, name] = random.pick(places(root as unknown as Json)) ?? [
    root as unknown as Record<string, Json>,
    'value',
  ];
  const value = holder[name] ?? null;
  const other = random.pick(places(root.value));
  switch (random.below(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
      break;
    case 1:
      if (other !== undefined) holder[name] = copyOf(other[0][other[1]] ?? null);
      break;
    case 2:
      if (typeof value === 'number')
        holder[name] = value + (random.onceIn(2) ? 1 : -1) * (random.onceIn(3) ? 1e9 : 1);
      else if (typeof value === 'string')
        holder[name] =
          value.slice(0, random.below(value.length + 1)) +
          (random.pick(['', '\n', ' ', ',', '"', '=', '🩺', value]) ?? '');
      else holder[name] = oddValue(random);
      break;
    case 3:
      if (Array.isArray(value)) value.push(copyOf(value[random.below(value.length)] ?? null));
      else if (Array.isArray(holder)) holder.push(oddValue(random));
      else
        Object.defineProperty(holder, random.pick(ODD_NAMES) ?? '', {
          value: oddValue(random),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      break;
    default:
      holder[name] = oddValue(random);
  }
}

/** Changes of a JSON text that keep it JSON; sometimes a name stands twice, as no writer of ours would have it. */
export function mutateJson(text: string, random: Random): string {
  const root = { value: JSON.parse(text) as Json };
  for (let changes = 1 + random.below(3); changes > 0; changes -= 1) changeOnce(root, random);
  const changed = JSON.stringify(root.value) ?? 'null';
  if (!random.onceIn(8)) return changed;
  return changed.replace(/"([^"\\]+)":/, (entry) => `${entry}${JSON.stringify(oddValue(random))},${entry}`);
}
