import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finish } from '../process/decoding-messages.ts';

/** Sides of the squares that bring an accident about: the finish sees nothing else that a test could choose. */
export const ACCIDENTS = { dies: 17, diesOnce: 18, stops: 19, fills: 20, tells: 21, spins: 22 } as const;

/** Where the child whose parent has this id leaves word that it has died once. */
export function deathNote(parent: number): string {
  return join(tmpdir(), `decoder-of-${parent}-died`);
}

async function fill(): Promise<never> {
  const kept: Buffer[] = [];
  // Slowly enough for the child to look at itself in between.
  for (;;) {
    kept.push(Buffer.alloc(16 * 2 ** 20, kept.length + 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A decoder's child to which happens what can happen. */
const accident: Finish = async (squares) => {
  const began = performance.timeOrigin + performance.now();
  switch (squares.at(-1)?.side) {
    case ACCIDENTS.diesOnce:
      if (existsSync(deathNote(process.ppid))) break;
      writeFileSync(deathNote(process.ppid), '');
      process.kill(process.pid, 'SIGKILL');
      break;
    case ACCIDENTS.dies:
      process.kill(process.pid, 'SIGKILL');
      break;
    case ACCIDENTS.stops:
      process.kill(process.pid, 'SIGSTOP');
      break;
    case ACCIDENTS.fills:
      return fill();
    case ACCIDENTS.tells:
      return { pid: process.pid, environment: Object.keys(process.env) };
    case ACCIDENTS.spins:
      for (;;);
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { began, ended: performance.timeOrigin + performance.now() };
};
export default accident;
