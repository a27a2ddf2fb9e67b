import type { Imports } from './imports.ts';

/** One arrow of a graph, and the imports that it stands for. */
export type Arrow = Readonly<{ from: string; to: string; imports: readonly string[] }>;

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The arrows between siblings: an import counts once, between the two entries of the folder that holds both files.
 * So `core/exams/exam.ts → core/ports/table.ts` is an arrow `core/exams → core/ports`. A file is an entry of its own.
 * `rooms` are folders that count as entries of the root although they lie deeper.
 */
export function siblingArrows(imports: Imports, rooms: readonly string[]): readonly Arrow[] {
  const arrows = new Map<string, { from: string; to: string; imports: string[] }>();
  for (const [file, imported] of imports) {
    for (const other of imported) {
      const [from, to] = entriesOf(file, other, rooms);
      const key = arrowText(from, to);
      const arrow = arrows.get(key) ?? { from, to, imports: [] };
      arrow.imports.push(arrowText(file, other));
      arrows.set(key, arrow);
    }
  }
  return [...arrows.values()];
}

export function arrowText(from: string, to: string): string {
  return `${from} → ${to}`;
}

function entriesOf(file: string, other: string, rooms: readonly string[]): [string, string] {
  const [from, to] = [roomOf(file, rooms), roomOf(other, rooms)];
  if (from !== to && from !== undefined && to !== undefined && !to.startsWith(`${from}/`)) {
    if (!from.startsWith(`${to}/`)) return [from, to];
  }
  const [here, there] = [file.split('/'), other.split('/')];
  const depth = here.findIndex((name, at) => name !== there[at]);
  return [here.slice(0, depth + 1).join('/'), there.slice(0, depth + 1).join('/')];
}

function roomOf(file: string, rooms: readonly string[]): string | undefined {
  return (
    rooms.find((room) => file.startsWith(`${room}/`)) ?? (file.includes('/') ? file.split('/')[0] : undefined)
  );
}

/** The circles of a graph: every largest set of two nodes or more that all reach one another, each sorted by name. */
export function circlesOf(graph: Graph): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      const reached = open.includes(next) ? lowest.get(next) : undefined;
      if (reached !== undefined) lowest.set(node, Math.min(reached, lowest.get(node) ?? reached));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const circle = open.splice(open.indexOf(node));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles.sort((a, b) => (a[0] ?? '').localeCompare(b[0] ?? ''));
}

/** Arrows as a graph, without those that `left` names. */
export function graphOf(arrows: readonly Arrow[], left: ReadonlySet<string> = new Set()): Graph {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of arrows) {
    if (left.has(arrowText(from, to))) continue;
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}
