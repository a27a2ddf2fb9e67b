import { createHash } from 'node:crypto';

const PLAIN = /^[\x21-\x7e]{1,100}$/;

/**
 * Names a message group. SQS takes ASCII letters, digits and punctuation only; any other name is replaced by its hash,
 * which keeps groups apart as well.
 */
export function fairGroup(group: string): string {
  return PLAIN.test(group) ? group : createHash('sha256').update(group).digest('hex');
}
