import { InvalidArgumentError } from 'commander';
import { type CaptureProtocol, captureProtocolSchema } from '../../core/exams/capture-protocol.ts';

const [NAMED, OWN] = captureProtocolSchema.options;

/**
 * `one-field`, `two-field`, or a protocol of the program's own.
 *
 * @throws InvalidArgumentError naming what is wrong with it
 * @example protocolOption('three-field=macula,disc,other') // { name: 'three-field', fields: ['macula', 'disc', 'other'] }
 */
export function protocolOption(value: string): CaptureProtocol {
  const named = NAMED.safeParse(value);
  if (named.success) return named.data;
  const [name = '', fields] = value.split('=', 2);
  if (fields === undefined)
    throw new InvalidArgumentError(
      `captureProtocol: expected ${NAMED.options.join(', ')} or NAME=macula,disc but received "${value}".`,
    );
  const own = OWN.safeParse({ name, fields: fields.split(',').map((field) => field.trim()) });
  if (own.success) return own.data;
  const [issue] = own.error.issues;
  throw new InvalidArgumentError(
    `captureProtocol.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not a protocol'}.`,
  );
}
