import { z } from 'zod';
import { type Authenticate, SCOPES, type Scope } from './caller.ts';

/** Cognito groups of this form give a program; other issuers use the claim `programs`. */
const PROGRAM_GROUP = 'program:';

const claimsSchema = z.object({
  sub: z.string().min(1),
  scope: z.string().optional(),
  programs: z.union([z.string(), z.array(z.string())]).optional(),
  'cognito:groups': z.union([z.string(), z.array(z.string())]).optional(),
});

const environmentSchema = z.object({
  event: z.object({
    requestContext: z.object({ authorizer: z.object({ jwt: z.object({ claims: claimsSchema }) }) }),
  }),
});

/** API Gateway flattens lists in claims to `[a b]`. */
function listOf(claim: string | string[] | undefined): string[] {
  if (claim === undefined) return [];
  const items = Array.isArray(claim) ? claim : claim.replace(/^\[|\]$/g, '').split(/[\s,]+/);
  return items.filter((item) => item !== '');
}

function scopesOf(claim: string | undefined): Scope[] {
  // Cognito prefixes scopes with their resource server: `retclip/read`.
  const names = listOf(claim).map((scope) => scope.slice(scope.lastIndexOf('/') + 1));
  return SCOPES.filter((scope) => names.includes(scope));
}

/** Takes the caller from the claims of the JWT that API Gateway has verified. */
export const jwtCaller: Authenticate = (context) => {
  const parsed = environmentSchema.safeParse(context.env);
  if (!parsed.success) return null;
  const { claims } = parsed.data.event.requestContext.authorizer.jwt;
  const groups = listOf(claims['cognito:groups']).filter((group) => group.startsWith(PROGRAM_GROUP));
  const programs = [...listOf(claims.programs), ...groups.map((group) => group.slice(PROGRAM_GROUP.length))];
  return {
    subject: claims.sub,
    programs: programs.includes('*') ? '*' : programs,
    scopes: scopesOf(claims.scope),
  };
};
