/**
 * Base of every error that this folder throws. The message says what happened, to which file or tensor, and what to do.
 */
export class ModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A file is not the kind of file that it should be, or it is damaged. */
export class UnreadableFileError extends ModelError {}

/** A checkpoint holds something that a tensor archive does not need. Nothing of it was executed. */
export class UnsafePickleError extends ModelError {}

/** Tensors are missing, unknown, or of another shape than RET-CLIP's. */
export class CheckpointMismatchError extends ModelError {}

/** Neither a checkpoint nor its owner tells a number that changes features, such as that of attention heads. */
export class UntoldGeometryError extends CheckpointMismatchError {}

/** A file holds several sets of weights, or not the one that its owner names. */
export class UntoldWeightsError extends CheckpointMismatchError {}

/** A bundle is incomplete, changed since it was made, or of a foreign format. */
export class BundleError extends ModelError {}

/** A bundle has a precision, but nothing shows that its findings are those of fp32. */
export class UnverifiedPrecisionError extends BundleError {}

/** A vocabulary does not belong to the model, or is none. */
export class VocabularyError extends ModelError {}

/** A detector of laterality is none, does not fit the model, or has no settings. */
export class DetectorError extends ModelError {}

/** Features and labels do not make a cohort: a file is malformed, or the two do not belong together. */
export class CohortError extends ModelError {}
