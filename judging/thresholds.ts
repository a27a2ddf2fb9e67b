/** Limits of the quality gate, in the units of `Field` and `Retina`. docs/quality-gate.md says how they were set. */
export const THRESHOLDS = {
  leastRoundness: 0.5,
  leastFilled: 0.7,
  brightestSurround: 45,
  /** Where the frame cuts so much of the outline, what is left outside is too little to judge. */
  cutOutline: 0.25,
  leastRetinal: 0.5,
  leastRedness: 30,
  mostGreenOfRed: 0.74,
  leastStructure: 0.4,
  mostStructure: 8,
  /** Retina, in pixels of the photograph. */
  leastDiameter: 200,
  mostDark: 0.4,
  leastRed: 35,
  mostBurnt: 0.25,
  mostGreen: 215,
  plainStructure: 0.32,
  plainPerNoise: 0.8,
  leastSharpness: 1,
} as const;
