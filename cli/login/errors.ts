import { CliError } from '../errors.ts';

/** Base of what goes wrong with signing in. */
export class SignInError extends CliError {}

/** The issuer refuses to go on: the person has to sign in again. */
export class SignedOutError extends SignInError {}
