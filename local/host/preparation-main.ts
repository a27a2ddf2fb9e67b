import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { type Counters, lineLog } from '../../core/ports/log.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { ModelPreparers } from '../../functions/prepare/model-preparer.ts';
import { OneAtATime } from '../../functions/prepare/one-at-a-time.ts';
import { createPrepare } from '../../functions/prepare/prepare.ts';
import { tellHost } from '../../gpu-worker/worker-notice.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { LocalError } from '../errors.ts';
import { openLocalHome } from '../home.ts';
import { QueuePoller } from './queue-poller.ts';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Settings of preparation by its environment, with their defaults. */
const environmentSchema = z.object({
  RETCLIP_DATA: z.string().min(1),
  /** Folder of the model bundle. */
  RETCLIP_MODEL: z.string().min(1),
  /** Photographs decoded side by side. */
  RETCLIP_DECODERS: count(1, 256).default(availableParallelism()),
  /** Memory that decoding may take at once, in MiB: 1 GiB, or half of the machine's, unless told. */
  RETCLIP_DECODING_MEMORY: count(64, 1_048_576).optional(),
});

/** While the last photographs of one event are decoded, the first ones of another are. */
const EVENTS_AT_ONCE = 2;

/**
 * Preparation on one machine, in a process of its own: it calls the function with the events that SQS would send, and has
 * strangers' files decoded in processes beneath it.
 */
async function main(): Promise<void> {
  // The host is gone.
  process.on('disconnect', () => process.exit(1));
  const environment = environmentSchema.parse(process.env);
  const { RETCLIP_DATA: data, RETCLIP_MODEL: model, RETCLIP_DECODING_MEMORY: mebibytes } = environment;
  const log = lineLog();
  const home = await openLocalHome(data, { sweep: false });
  const preparers = new ModelPreparers({
    processes: environment.RETCLIP_DECODERS,
    ...(mebibytes === undefined ? {} : { memoryBytes: mebibytes * 2 ** 20 }),
    bundleOf: async (active) => {
      const bundle = await openBundle(model, { only: 'detector' });
      if (bundle.manifest.id === active.model.model) return bundle;
      throw new LocalError(
        `"${model}" holds model ${bundle.manifest.id}, but ${active.model.model} is active. Start the host again.`,
      );
    },
  });
  const counters: Counters = { add: () => undefined };
  const configuration = new Configuration(home.objects);
  // Before the first photograph: what cannot be prepared for waits, and is not tried until it is buried.
  await preparers.preparerFor(await configuration.screening());
  const parts = {
    home,
    configuration,
    preparerFor: preparers.preparerFor,
    log,
    counters,
    hand: new OneAtATime(),
  };
  const pollers = (['preparation', 'bulk-preparation'] as const).flatMap((source) => {
    const prepare = createPrepare({ ...parts, source });
    const { queue } = home.queues[source];
    return Array.from({ length: EVENTS_AT_ONCE }, () => new QueuePoller(queue, prepare, log));
  });
  log.info('Preparation is ready', { pid: process.pid });
  await tellHost({ kind: 'ready' });
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await Promise.all(pollers.map((poller) => poller.stop()));
  await preparers.close();
  await home.close();
  process.exit();
}

await main().catch(async (error: unknown) => {
  const reason = reasonOf(error);
  lineLog().error('Preparation could not start', { reason });
  await tellHost({ kind: 'cannot-start', reason });
  process.exit(1);
});
