/** The output by which a deployed stack tells where its API answers: the stack writes it, the command line reads it. */
export const ENDPOINT_OUTPUT = 'Endpoint';
/** That of the bucket of photographs, features, models and settings. */
export const DATA_BUCKET_OUTPUT = 'DataBucket';
