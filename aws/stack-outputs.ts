/** The output by which a deployed stack tells where its API answers: the stack writes it, the command line reads it. */
export const ENDPOINT_OUTPUT = 'Endpoint';
/** Whose tokens the API accepts (OpenID Connect), the client that people sign in as, and the scopes to ask for. */
export const ISSUER_OUTPUT = 'Issuer';
export const SIGN_IN_CLIENT_OUTPUT = 'SignInClient';
export const SCOPE_OUTPUT = 'SignInScope';
/** That of the bucket of photographs, features, models and settings. */
export const DATA_BUCKET_OUTPUT = 'DataBucket';
