/** Names our API among the resource servers of an issuer: `retclip/read`. The stack's own user pool writes it. */
export const SCOPE_PREFIX = 'retclip/';
