/** The cohort of `make-large-cases.py`: features and labels that follow from their places by integers. */
export interface IntegerCohort {
  /** float32 [rows, channels] */
  readonly features: Float32Array;
  /** 1 or 0 of each row. */
  readonly labels: Int8Array;
}

/** @param channels at least 3 */
export function integerCohort(rows: number, channels: number): IntegerCohort {
  const features = new Float32Array(rows * channels);
  const labels = new Int8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const shared = (row * 31 + ((row * row) % 1009)) % 997;
    const own = (channel: number) =>
      (row * 7919 +
        channel * 104_729 +
        (row % 127) * channel * channel * 31 +
        ((row * row) % 251) * (channel + 3)) %
      2003;
    for (let channel = 0; channel < channels; channel += 1) {
      const value = own(channel) / 1000 + (shared / 500) * ((channel % 5) + 1);
      features[row * channels + channel] = (value * (1 + (channel % 7))) / 4 + channel;
    }
    const score = 3 * Math.sin(own(0) / 300) + own(1) / 700 - own(2) / 900 + shared / 800;
    const noise = (((row * 48_271) % 2_147_483_647) % 1000) / 250;
    labels[row] = score > noise ? 1 : 0;
  }
  return { features, labels };
}
