import type { SQSRecord } from 'aws-lambda';

/** A message's own attributes, of which a dead letter keeps how often it was sent again. */
export function attributesOf({ messageAttributes }: SQSRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(messageAttributes).flatMap(([name, { stringValue }]) =>
      stringValue === undefined ? [] : [[name, stringValue]],
    ),
  );
}
