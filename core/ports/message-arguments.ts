import { InvalidInputError } from '../errors.ts';
import type { OutgoingMessage, ReceiveOptions } from './index.ts';

const LARGEST_MESSAGE_BYTES = 256 * 1_024;
const MOST_ATTRIBUTES = 10;
const LONGEST_DELAY_SECONDS = 900;
const LONGEST_VISIBILITY_SECONDS = 12 * 3_600;
const LONGEST_WAIT_SECONDS = 20;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.)[A-Za-z0-9_-](?:\.?[A-Za-z0-9_-]){0,255}$/i;
/** Characters that XML 1.0 does not have, and so SQS neither. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NOT_SENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

function isText(value: string): boolean {
  return value.length > 0 && value.isWellFormed() && !NOT_SENDABLE.test(value);
}

function within(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new InvalidInputError(
      `Expected ${what} to be a whole number from ${least} to ${most} but received ${value}.`,
    );
  }
}

/** @throws InvalidInputError unless SQS would take the message as well */
export function checkMessage(queue: string, message: OutgoingMessage): void {
  const { body, attributes = {}, delaySeconds = 0 } = message;
  const entries = Object.entries(attributes);
  if (!isText(body)) {
    throw new InvalidInputError(
      `Expected a message for queue ${queue} of at least one character and no control characters but received ${JSON.stringify(body.slice(0, 80))}.`,
    );
  }
  if (entries.length > MOST_ATTRIBUTES) {
    throw new InvalidInputError(
      `Expected at most ${MOST_ATTRIBUTES} attributes on a message for queue ${queue} but received ${entries.length}.`,
    );
  }
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of entries) {
    if (!ATTRIBUTE_NAME.test(name) || !isText(value)) {
      throw new InvalidInputError(
        `Expected an attribute's name of letters, digits, "_", "-", "." and a value that is not empty but received ${JSON.stringify({ [name]: value.slice(0, 80) })}.`,
      );
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 'String'.length;
  }
  if (bytes > LARGEST_MESSAGE_BYTES) {
    throw new InvalidInputError(
      `Expected a message of at most ${LARGEST_MESSAGE_BYTES} bytes for queue ${queue} but received ${bytes}. Store large content as an object and send its key.`,
    );
  }
  within('delaySeconds', delaySeconds, 0, LONGEST_DELAY_SECONDS);
}

/** @throws InvalidInputError unless it is 0 to 12 h */
export function checkVisibility(visibilitySeconds: number): void {
  within('visibilitySeconds', visibilitySeconds, 0, LONGEST_VISIBILITY_SECONDS);
}

/** @throws InvalidInputError */
export function checkReceive(options: ReceiveOptions): void {
  within('maxMessages', options.maxMessages, 1, 10);
  within('waitSeconds', options.waitSeconds, 0, LONGEST_WAIT_SECONDS);
  if (options.visibilitySeconds !== undefined) checkVisibility(options.visibilitySeconds);
}
