import type { DecodingContract } from '../contracts.ts';
import type { ImageReason, Measured } from '../errors.ts';
import type { RenditionKind } from '../renditions/rendition-kinds.ts';

export type { DecodingContract } from '../contracts.ts';

/** The way in which pictures for eyes are made. */
export type RenderingContract = 'rendition-v1';

interface TaskLimits {
  /** Memory beyond what the process held before, in bytes, after which it gives up. */
  readonly mostBytes: number;
  /** Processor time after which it gives up. */
  readonly mostMilliseconds: number;
}

export interface SquaresTask extends TaskLimits {
  readonly contract: DecodingContract;
  /** Sides of the squares that are wanted, in pixels. */
  readonly sides: readonly number[];
}

export interface RenderingTask extends TaskLimits {
  readonly contract: RenderingContract;
  readonly kinds: readonly RenditionKind[];
}

/** What a child is asked; the file follows as the frame's body. */
export type DecodingTask = SquaresTask | RenderingTask;

/** The squares follow as the frame's body, one behind the other. */
export interface DecodedAnswer {
  readonly kind: 'decoded';
  /** Of the photograph, upright. */
  readonly width: number;
  readonly height: number;
  /** What the finish made of the squares; `null` if there is none. */
  readonly finished: unknown;
}

/** The files follow as the frame's body, one behind the other. */
export interface RenderedAnswer {
  readonly kind: 'rendered';
  /** Of the photograph, upright. */
  readonly width: number;
  readonly height: number;
  /** Of each file, in the order of the kinds. */
  readonly fileBytes: readonly number[];
  /** What the retouch saw; `null` if there is none. */
  readonly seen: unknown;
}

export interface RefusedAnswer {
  readonly kind: 'refused';
  readonly reason: ImageReason;
  readonly detail: string;
}

/** The child has reached a limit and waits to be ended: what its decoder does cannot be stopped otherwise. */
export interface OverAnswer {
  readonly kind: 'over';
  readonly reason: 'too-much-memory' | 'too-slow-to-decode';
  readonly measured: Measured;
}

/** A fault of the program, not of the file. */
export interface FaultAnswer {
  readonly kind: 'fault';
  readonly detail: string;
}

/** Each with what the work took and what the process holds now. */
export type DecodingAnswer = (DecodedAnswer | RenderedAnswer | RefusedAnswer | OverAnswer | FaultAnswer) & {
  readonly processorMilliseconds: number;
  readonly residentBytes: number;
};

/** Runs in the child on the squares of each image, and gives what JSON can carry. */
export type Finish = (
  squares: readonly {
    readonly pixels: Uint8Array;
    readonly side: number;
    readonly width: number;
    readonly height: number;
  }[],
) => unknown;
