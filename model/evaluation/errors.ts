import { ModelError } from '../errors.ts';

/** Labels, scores or features cannot be evaluated. The message names the row, patient or label. */
export class EvaluationError extends ModelError {}
