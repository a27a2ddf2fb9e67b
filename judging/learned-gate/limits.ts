/** Limits of the learned gate's answers. docs/quality-gate.md says how they were set. */
export const GATE_LIMITS = {
  leastFundus: 0.05,
  leastColour: 0.3,
  leastGradable: 0.42,
  mostCovered: 0.8,
  burntOut: 0.5,
  leastMacula: 0.1,
  /** Haze counts where it is at least as sure as this, and surer than a lack of focus. */
  hazeOfBlur: 0.5,
} as const;
