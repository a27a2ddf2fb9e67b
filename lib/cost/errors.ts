/** What a deployment costs cannot be told. */
export class CostError extends Error {
  override readonly name: string = 'CostError';
}

/** There are no prices of a region. */
export class UnknownRegionError extends CostError {
  override readonly name = 'UnknownRegionError';
}
