import { z } from '@hono/zod-openapi';

/** Names by which a request once said who reads. */
const READER_NAMES: ReadonlySet<string> = new Set(['reader', 'by']);

/** Why a request was refused, for the one who sent it. */
export function refusalText(error: z.core.$ZodError): string {
  const unknown = error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const name = unknown.find((key) => READER_NAMES.has(key));
  if (name === undefined) return z.prettifyError(error);
  return `Leave "${name}" out: who reads is who signed in, for everybody. Each reader needs a token of their own; on one machine: retclip reader add NAME`;
}
