/** Who issues the tokens that the API accepts, and for whom. */
export interface TokenIssuer {
  /** URL under which the issuer publishes its keys (OpenID Connect discovery). */
  readonly issuer: string;
  /** Accepted values of the claim `aud`, or of `client_id` where there is no `aud`. */
  readonly audience: readonly string[];
}
