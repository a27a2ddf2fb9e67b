const CELLS = 160;
const REACH = 1.15;

/** Which vessel runs where: two arteries never cross, nor do two veins. */
export class Occupancy {
  private readonly owners = new Int16Array(CELLS * CELLS).fill(-1);

  private cell(x: number, y: number): number {
    const column = Math.floor(((x + REACH) / (2 * REACH)) * CELLS);
    const row = Math.floor(((y + REACH) / (2 * REACH)) * CELLS);
    return column < 0 || row < 0 || column >= CELLS || row >= CELLS ? -1 : row * CELLS + column;
  }

  /** Number of the vessel that passes here, or -1. */
  ownerAt(x: number, y: number): number {
    const cell = this.cell(x, y);
    return cell < 0 ? -1 : (this.owners[cell] ?? -1);
  }

  claim(x: number, y: number, owner: number): void {
    const cell = this.cell(x, y);
    if (cell >= 0 && this.owners[cell] === -1) this.owners[cell] = owner;
  }
}
