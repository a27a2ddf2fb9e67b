import { type AwsCall, AwsCallError } from '../errors.ts';
import { deniedPermission } from './call-permissions.ts';
import { resourceOf } from './call-resource.ts';
import { faultCode } from './fault-code.ts';
import { faultKind, isPassingKind } from './fault-kinds.ts';
import { lackingOf } from './lacking.ts';

/** What every client of the SDK has, and all that is needed of one. */
interface ClientWithMiddleware {
  readonly middlewareStack: {
    add(
      middleware: never,
      options: { step: 'initialize'; name: string; priority: 'high'; override: true },
    ): void;
  };
}

interface CallArguments {
  readonly input: object;
}
type Next = (args: CallArguments) => Promise<unknown>;
interface CallContext {
  readonly clientName?: string;
  readonly commandName?: string;
}

/** AWS's own words. A denial is told whole already, and where the SDK has no words it writes a single one. */
function wordsOf({ message }: Error, call: AwsCall): string {
  const isToldAlready = deniedPermission(message, call) !== undefined;
  return isToldAlready || !/\s/.test(message.trim()) ? '' : `AWS: ${message}`;
}

/**
 * An error of a call as it is reported: by its name and status, the call, its resource, and what is lacking.
 *
 * @example throw awsCallError(error, { service: 'S3', operation: 'GetObject', input: { Bucket, Key } });
 */
export function awsCallError(error: Error, call: AwsCall): AwsCallError {
  const named = faultCode(error);
  const { code, status, requestId } = named;
  const kind = faultKind(named, error.message);
  const { told, publicly } = lackingOf(kind, call, error.message);
  const name = status === undefined ? code : `${code} (HTTP ${status})`;
  const what = `${call.service} ${call.operation}`;
  const sentences = [
    `${what} of ${resourceOf(call)} failed: ${name}.`,
    told,
    wordsOf(error, call),
    requestId === undefined ? '' : `[request ${requestId}]`,
  ];
  return new AwsCallError(sentences.filter((sentence) => sentence !== '').join(' '), {
    fault: { call, code, status, requestId },
    publicReason: `${what} failed: ${name}. ${publicly}`,
    isPassing: isPassingKind(kind),
    cause: error,
  });
}

/** Whether an error is the end that the caller asked for. */
function isAbort(error: Error): boolean {
  return error.name === 'AbortError';
}

/**
 * Makes a client report every fault as an `AwsCallError`, once its own repetitions are over. Told twice it does no harm.
 *
 * @returns the client
 * @example const s3 = tellFaults(new S3Client({}));
 */
export function tellFaults<Client extends object>(client: Client): Client {
  const middleware =
    (next: Next, { clientName = '', commandName = '' }: CallContext) =>
    async (args: CallArguments): Promise<unknown> => {
      try {
        return await next(args);
      } catch (error) {
        if (!(error instanceof Error) || error instanceof AwsCallError || isAbort(error)) throw error;
        throw awsCallError(error, {
          service: clientName.replace(/Client$/, ''),
          operation: commandName.replace(/Command$/, ''),
          input: args.input as AwsCall['input'],
        });
      }
    };
  (client as ClientWithMiddleware).middlewareStack.add(middleware as never, {
    step: 'initialize',
    name: 'tellFaults',
    priority: 'high',
    override: true,
  });
  return client;
}

/** The name and status of a fault, told or not yet; `undefined` for what is not a fault of a call. */
export function faultOf(error: unknown):
  | {
      readonly code: string;
      readonly status: number | undefined;
      readonly cause: unknown;
      readonly isNamed: boolean;
    }
  | undefined {
  const cause = error instanceof AwsCallError ? error.cause : error;
  if (!(cause instanceof Error) || !('$metadata' in cause)) return undefined;
  const { code, status, isNamed } = faultCode(cause);
  return { code, status, cause, isNamed };
}
