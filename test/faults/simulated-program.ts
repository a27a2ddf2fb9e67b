/** The program whose patients every schedule of faults is about, and their exam. */
export const PROGRAM = 'north';
export const EXAM = '2026-05-01';
