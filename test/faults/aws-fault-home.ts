import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { openEmulatedHome } from '../aws/emulator/emulated-home.ts';
import type { FaultHome } from './fault-home.ts';
import { withShortDelays } from './short-delays.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { PROGRAM } from './simulated-program.ts';

/** The emulator's clock is the real one: loans and windows are as short as can be. */
const VISIBILITY_SECONDS = 1;
/** A worker that is only slow on a busy machine must not lose what it has in hand. */
const WORKER_VISIBILITY_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 1.2;
/** S3 tells when an object was written by the second: within one, a lost announcement leaves it open which came later. */
const RESOLUTION_MILLISECONDS = 1_100;
const BATCH = 25;

type Items = NonNullable<Awaited<ReturnType<typeof scan>>>;

async function scan(dynamo: DynamoDBClient, TableName: string) {
  const items = [];
  for await (const page of paginateScan({ client: dynamo }, { TableName })) items.push(...(page.Items ?? []));
  return items;
}

/** Makes the table what it was: as after a restore from a backup. */
async function restore(dynamo: DynamoDBClient, table: string, kept: Items): Promise<void> {
  const keys = new Set(kept.map(({ pk, sk }) => JSON.stringify([pk, sk])));
  const gone = (await scan(dynamo, table)).filter(({ pk, sk }) => !keys.has(JSON.stringify([pk, sk])));
  const requests = [
    ...gone.flatMap(({ pk, sk }) => (pk && sk ? [{ DeleteRequest: { Key: { pk, sk } } }] : [])),
    ...kept.map((Item) => ({ PutRequest: { Item } })),
  ];
  for (let first = 0; first < requests.length; first += BATCH)
    await dynamo.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(first, first + BATCH) } }),
    );
}

/** The home on AWS, on a running emulator. */
export async function openAwsFaultHome(endpoint: string, vectors: string, seed: number): Promise<FaultHome> {
  const {
    home: emulated,
    clients,
    table,
    close,
  } = await openEmulatedHome(...([endpoint, `faults-${seed}`, VISIBILITY_SECONDS, vectors] as const));
  const home = withShortDelays(emulated, VISIBILITY_SECONDS);
  // Objects bear the emulator's time of day.
  const clock = new SimulatedClock(Date.now());
  const settings = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 1, settleSeconds: 1 };
  await home.objects.put(settingsKey(PROGRAM), Buffer.from(JSON.stringify(settings)));
  const uploaded = new Map<string, number>();
  let kept: Items | undefined;
  return {
    name: 'aws',
    lane: 'gpu',
    home,
    clock,
    workerVisibilitySeconds: WORKER_VISIBILITY_SECONDS,
    async pass(seconds) {
      clock.pass(seconds);
      if (seconds >= VISIBILITY_SECONDS) await delay(1_000 * Math.min(seconds, LONGEST_WAIT_SECONDS));
    },
    async beforeUpload(eye) {
      const since = performance.now() - (uploaded.get(eye) ?? Number.NEGATIVE_INFINITY);
      if (since < RESOLUTION_MILLISECONDS) await delay(RESOLUTION_MILLISECONDS - since);
      uploaded.set(eye, performance.now());
    },
    endLoans: () => delay(1_000 * LONGEST_WAIT_SECONDS),
    async saveDatabase() {
      kept = await scan(clients.dynamo, table);
    },
    async restoreDatabase() {
      if (kept === undefined) return false;
      await restore(clients.dynamo, table, kept);
      return true;
    },
    [Symbol.asyncDispose]: close,
  };
}
