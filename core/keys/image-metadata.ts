/** Names of the metadata that an uploader may give a photograph (in S3: `x-amz-meta-…`). */
export const IMAGE_METADATA = {
  /** The laterality, where the file name does not say it. */
  laterality: 'laterality',
  /** `left`, `right` or `both`: the eyes that this exam has, so that intake need not wait for another. */
  eyes: 'eyes',
} as const;
