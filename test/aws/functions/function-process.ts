/** One execution environment of a function: loads its bundle as Lambda does, and answers one event at a time. */

interface Invocation {
  readonly event: unknown;
  readonly requestId: string;
  readonly deadline: number;
}

type Handler = (event: unknown, context: object) => Promise<unknown>;

function contextOf({ requestId, deadline }: Invocation): object {
  const { AWS_LAMBDA_FUNCTION_NAME: functionName, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB } =
    process.env;
  return {
    functionName,
    memoryLimitInMB,
    functionVersion: '$LATEST',
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

async function main(file: string, name: string): Promise<void> {
  const { [name]: handler } = (await import(file)) as Record<string, Handler>;
  if (handler === undefined) throw new Error(`${file} exports no ${name}.`);
  process.on('message', (invocation: Invocation) => {
    const before = process.cpuUsage();
    const used = () => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    };
    handler(invocation.event, contextOf(invocation)).then(
      (answer) => process.send?.({ answer: answer ?? null, processor: used() }),
      (error: unknown) => {
        console.error(error);
        const { name: errorType, message: errorMessage } =
          error instanceof Error ? error : new Error(String(error));
        process.send?.({ error: { errorType, errorMessage } });
      },
    );
  });
  // Who started it is gone.
  process.once('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}

const [, , file = '', name = ''] = process.argv;
await main(file, name);
