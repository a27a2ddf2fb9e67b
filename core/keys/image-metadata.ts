/** Names of the metadata that an uploader may give a photograph (in S3: `x-amz-meta-…`). */
export const IMAGE_METADATA = {
  /** The laterality, where the file name does not say it. */
  laterality: 'laterality',
  /** `left`, `right` or `both`: the eyes that this exam has, so that intake need not wait for another. */
  eyes: 'eyes',
  /** How many images of each eye the exam has: 0 to 12. They tell more than `eyes`. */
  expectedLeft: 'expected-left',
  expectedRight: 'expected-right',
  /** What the image is centred on: `macula`, `disc` or `other`. */
  field: 'field',
  /** The day, or the instant, of the photograph: ISO 8601. */
  takenOn: 'taken-on',
  /**
   * By what the sender's file is told from others: a keyed hash of its name. A file of the same name takes the place of this
   * image, another one does not.
   */
  source: 'source',
  /** The version that the image was moved from: its key, percent-encoded, `#`, its version. */
  movedFrom: 'moved-from',
} as const;
