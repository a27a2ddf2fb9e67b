const LONGEST = 600;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

function element(name: string, xml: string): string | undefined {
  const text = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml)?.[1];
  return text?.replaceAll(/&(\w+);/g, (found, entity: string) => ENTITIES[entity] ?? found);
}

/**
 * Why a store refused an upload: S3's code and message, of which the message names the permission that lacks; else the
 * answer's beginning.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @example storeRefusal('<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>') // 'AccessDenied: Request has expired'
 */
export function storeRefusal(answer: string): string {
  const code = element('Code', answer);
  const told = code === undefined ? answer : `${code}: ${element('Message', answer) ?? ''}`;
  return told.trim().slice(0, LONGEST);
}
