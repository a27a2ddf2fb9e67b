/** Marked pixels of a picture: uint8 [height, width] of 0 and 1. */
export interface Mask {
  readonly marked: Uint8Array;
  readonly width: number;
  readonly height: number;
}

interface Pass {
  readonly radius: number;
  /** What lies beyond the frame. */
  readonly beyond: 0 | 1;
  /** Marked pixels of a window of `2 · radius + 1` for which its middle is marked. */
  readonly least: number;
}

/** Marks pixels by how many around them are marked along one line. */
function along({ marked, width, height }: Mask, isAcross: boolean, { radius, beyond, least }: Pass): Mask {
  const [lines, length] = isAcross ? [height, width] : [width, height];
  const [step, next] = isAcross ? [1, width] : [width, 1];
  const result = new Uint8Array(marked.length);
  const line = new Uint8Array(length + 2 * radius + 1).fill(beyond);
  for (let at = 0; at < lines; at += 1) {
    for (let place = 0; place < length; place += 1)
      line[radius + place] = marked[at * next + place * step] ?? 0;
    let sum = 0;
    for (let place = 0; place < 2 * radius; place += 1) sum += line[place] ?? 0;
    for (let place = 0; place < length; place += 1) {
      sum += line[place + 2 * radius] ?? 0;
      if (sum >= least) result[at * next + place * step] = 1;
      sum -= line[place] ?? 0;
    }
  }
  return { marked: result, width, height };
}

function inBothDirections(mask: Mask, pass: Pass): Mask {
  return along(along(mask, true, pass), false, pass);
}

/** Leaves what has marked pixels all around, in a square of `2 · radius + 1`. What the frame cuts is taken to go on. */
export function erode(mask: Mask, radius: number): Mask {
  return inBothDirections(mask, { radius, beyond: 1, least: 2 * radius + 1 });
}

/** Marks what has a marked pixel around, in a square of `2 · radius + 1`. */
export function dilate(mask: Mask, radius: number): Mask {
  return inBothDirections(mask, { radius, beyond: 0, least: 1 });
}

export function countMarked({ marked }: Mask): number {
  return marked.reduce((sum, value) => sum + value, 0);
}

/** The largest set of marked pixels that touch by their sides; empty if none is marked. */
export function largestPart({ marked, width, height }: Mask): Mask {
  const part = new Int32Array(marked.length);
  const stack: number[] = [];
  let [parts, largest, most] = [0, 0, 0];
  const visit = (index: number) => {
    if (marked[index] !== 1 || part[index] !== 0) return;
    part[index] = parts;
    stack.push(index);
  };
  for (let start = 0; start < marked.length; start += 1) {
    if (marked[start] === 0 || part[start] !== 0) continue;
    parts += 1;
    let count = 0;
    visit(start);
    while (stack.length > 0) {
      const index = stack.pop() ?? 0;
      count += 1;
      const x = index % width;
      if (x > 0) visit(index - 1);
      if (x < width - 1) visit(index + 1);
      visit(index - width);
      visit(index + width);
    }
    if (count > most) [largest, most] = [parts, count];
  }
  const marks = new Uint8Array(marked.length);
  for (let index = 0; index < part.length; index += 1)
    if (part[index] === largest && largest > 0) marks[index] = 1;
  return { marked: marks, width, height };
}
