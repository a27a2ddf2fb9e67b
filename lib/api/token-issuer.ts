/** Who issues the tokens that the API accepts, and for whom. */
export interface TokenIssuer {
  /** URL under which the issuer publishes its keys (OpenID Connect discovery). */
  readonly issuer: string;
  /** Accepted values of the claim `aud`, or of `client_id` where there is no `aud`. */
  readonly audience: readonly string[];
  /** What stands before each scope, in full; left out, scopes may have `retclip/` before them or nothing. */
  readonly scopePrefix?: string;
}
