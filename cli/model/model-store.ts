import { Option } from 'commander';
import { DATA_BUCKET_OUTPUT } from '../../aws/stack-outputs.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { CliError, WrongUseError } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { outputOf, stackOutputs } from '../stack-outputs.ts';

export type ModelStoreOptions = EndpointOptions;

/** Where models are kept and one is active, and what happens after a change. */
export interface ModelStore {
  readonly objects: ObjectStore;
  /** Who changes it, for the log of changes. */
  readonly by: string;
  /** A sentence for who has changed it. */
  readonly then: string;
}

/** The data folder of a system that does not run. */
export function modelDataOption(): Option {
  return new Option('--data <dir>', 'data folder of one machine, while `retclip local` does not run on it');
}

/** Another process has the data folder. */
export class SystemRunsError extends CliError {}

async function ofDataFolder(folder: string, work: (store: ModelStore) => Promise<void>): Promise<void> {
  await requireFolder('Data folder', folder);
  const { lockDataFolder } = await import('../../local/data-folder-lock.ts');
  const { DataFolderInUseError } = await import('../../local/errors.ts');
  const { openLocalHome } = await import('../../local/home.ts');
  const lock = await lockDataFolder(folder).catch((error: unknown) => {
    if (!(error instanceof DataFolderInUseError)) throw error;
    throw new SystemRunsError(
      `A system runs on "${folder}", and has its model loaded. Stop it (Ctrl-C), then repeat: it takes the new one when it starts.`,
      { cause: error },
    );
  });
  try {
    const home = await openLocalHome(folder);
    try {
      const then = `It screens from the next start on: retclip local --data ${JSON.stringify(folder)}`;
      await work({ objects: home.objects, by: 'the operator of this machine', then });
    } finally {
      await home.close();
    }
  } finally {
    await lock.release();
  }
}

async function ofStack(stack: string, work: (store: ModelStore) => Promise<void>): Promise<void> {
  const bucket = outputOf(await stackOutputs(stack), stack, DATA_BUCKET_OUTPUT);
  const { awsClients } = await import('../../aws/home.ts');
  const { S3ObjectStore } = await import('../../aws/objects/s3-object-store.ts');
  const clients = awsClients();
  try {
    const objects = new S3ObjectStore(clients.s3, bucket);
    const then =
      'Intake takes it within seconds; what screens loads it with the first exam that asks for it.';
    await work({ objects, by: 'an administrator of the account', then });
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

/**
 * Opens the store of models of the system that is named: in AWS by the account's credentials, on one machine by its folder.
 *
 * @throws WrongUseError if none is named, or two are
 * @throws SystemRunsError if the data folder is in use
 */
export async function withModelStore(
  { data, stack = process.env.RETCLIP_STACK }: ModelStoreOptions,
  work: (store: ModelStore) => Promise<void>,
): Promise<void> {
  if (data !== undefined) return ofDataFolder(data, work);
  if (stack) return ofStack(stack, work);
  throw new WrongUseError(
    'Which system? Give --stack NAME of a deployed stack, or --data DIR of one machine.',
  );
}
