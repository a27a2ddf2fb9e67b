/**
 * The quality gate of this release, by hashes of its limits and weights and by the numbers of its rules. `judging/gate-id.test.ts` holds it
 * to the gate itself.
 */
export const GATE = 'rules/2 523d3404 learned/1 292f2981';

/**
 * What finds a photograph's field in this release, by the number of its rules and a hash of its limits.
 * `judging/shown-field/field-finder-id.test.ts` holds it to them.
 */
export const FIELD_FINDER = 'disc-and-fovea/2 58830db0';

/**
 * What locates the round field in this release, by its version: `field-bicubic-v1` cuts along it, and the gate judges what
 * it finds. `decoding/versions.test.ts` holds it to the code.
 */
export const FIELD_OF_VIEW = 'field-of-view/1';

/** The libraries that make pixels. `decoding/versions.test.ts` holds them to what is installed. */
export const DECODER_VERSIONS = {
  sharp: '0.35.5',
  vips: '8.18.7',
  mozjpeg: '0826579',
  png: '1.6.58',
  tiff: '4.7.2',
  webp: '1.6.0',
} as const;
