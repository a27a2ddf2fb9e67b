import type { Administrator } from '../emulator/administrator.ts';
import { ACCOUNT } from '../emulator/ministack.ts';
import { EmulatorError } from '../errors.ts';

/** Temporary credentials of a role, as its functions and containers are given them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

function textOf(xml: string, tag: string): string {
  const found = new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(xml)?.[1];
  if (found === undefined) throw new EmulatorError(`The emulator's STS told no ${tag}.`);
  return found;
}

/**
 * Asks the emulator's STS for a session of a role.
 *
 * @param role its name where it is deployed
 */
export async function assumeRole(administrator: Administrator, role: string): Promise<RoleCredentials> {
  const xml = await administrator.query('sts', 'AssumeRole', '2011-06-15', {
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
    RoleSessionName: 'session',
    DurationSeconds: '3600',
  });
  return {
    accessKeyId: textOf(xml, 'AccessKeyId'),
    secretAccessKey: textOf(xml, 'SecretAccessKey'),
    sessionToken: textOf(xml, 'SessionToken'),
  };
}
