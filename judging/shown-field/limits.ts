/**
 * Limits of what is seen of a photograph's field, in the units of `FieldSight`. docs/preparation.md says how they were set.
 */
export const FIELD_LIMITS = {
  discWithin: 0.17,
  discWithinHeight: 0.32,
  discAside: 0.3,
  discAsideHeight: 0.5,
  leastBrightness: 0.9,
  leastVesselsBothWays: 0.01,
  vesselsWorth: 8,
  leastInMiddle: 1,
  leastAside: 0.8,
  leastFovea: 0.3,
  leastFoveaOfTurned: 0.8,
  leastHeightOfTurned: 0.02,
} as const;
