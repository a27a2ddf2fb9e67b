import { ModelError } from '../errors.ts';

/** A benchmark's data are not laid out as they are published. The message names what is missing and where. */
export class BenchmarkError extends ModelError {}
