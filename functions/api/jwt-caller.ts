import { z } from 'zod';
import { SCOPE_PREFIX } from '../../aws/scope-prefix.ts';
import type { Authenticate } from './authentication.ts';
import { type Caller, SCOPES, type Scope } from './caller.ts';
import { isFlattened, itemsOfClaim, programOfItem } from './flattened-claim.ts';

/** Cognito groups of this form give a program; other issuers use the claim `programs`. */
const PROGRAM_GROUP = 'program:';

const listSchema = z.union([z.string(), z.array(z.string())]).optional();

const claimsSchema = z.object({
  sub: z.string().min(1),
  scope: listSchema,
  programs: listSchema,
  'cognito:groups': listSchema,
});
type Claims = z.infer<typeof claimsSchema>;

const environmentSchema = z.object({
  event: z.object({
    requestContext: z.object({ authorizer: z.object({ jwt: z.object({ claims: claimsSchema }) }) }),
  }),
});

/** One item that names no program makes the whole claim doubtful: it may be a part of something else. */
function programsOfClaim(claim: Claims['programs']): readonly string[] {
  const programs = itemsOfClaim(claim).map(programOfItem);
  return programs.includes(null) ? [] : programs.filter((program) => program !== null);
}

/** Groups that give no program are other people's business. The names of Cognito's groups have no spaces. */
function programsOfGroups(claim: Claims['cognito:groups']): readonly string[] {
  return itemsOfClaim(claim)
    .filter((group) => group.startsWith(PROGRAM_GROUP))
    .map((group) => programOfItem(group.slice(PROGRAM_GROUP.length)))
    .filter((program) => program !== null);
}

/** Scopes are compared whole: those of another resource server are none of ours, whatever they end with. */
function scopesOf(claim: Claims['scope'], prefixes: readonly string[]): Scope[] {
  const given = itemsOfClaim(claim).flatMap((item) => item.split(' '));
  return SCOPES.filter((scope) => prefixes.some((prefix) => given.includes(`${prefix}${scope}`)));
}

/**
 * Takes callers from the claims of the JWT that API Gateway has verified.
 *
 * @param prefixes what may stand before the name of a scope, in full. The stack's own user pool says `retclip/`; an
 *   issuer of the deployment's own may give scopes without a prefix as well
 * @example createApi({ authenticate: jwtCallerOf(['retclip/']), … })
 */
export function jwtCallerOf(prefixes: readonly string[]): Authenticate {
  return (context): Caller | null => {
    const parsed = environmentSchema.safeParse(context.env);
    if (!parsed.success) return null;
    const { claims } = parsed.data.event.requestContext.authorizer.jwt;
    const listed = programsOfClaim(claims.programs);
    const programs = [...new Set([...listed, ...programsOfGroups(claims['cognito:groups'])])];
    return {
      subject: claims.sub,
      programs: programs.includes('*') ? '*' : programs,
      scopes: scopesOf(claims.scope, prefixes),
      ...(isFlattened(claims.programs) && listed.length > 1 ? { flattened: listed } : {}),
    };
  };
}

/** Callers by the environment's `RETCLIP_SCOPE_PREFIX`; without it, scopes may have the prefix `retclip/` or none. */
export const jwtCaller: Authenticate = (context) => {
  const prefix = process.env.RETCLIP_SCOPE_PREFIX;
  return jwtCallerOf(prefix === undefined ? ['', SCOPE_PREFIX] : [prefix])(context);
};
