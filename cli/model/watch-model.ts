import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { CliError } from '../errors.ts';

const PAUSE_MILLISECONDS = 5_000;
/** A GPU that was not running starts within a quarter of an hour. */
const LONGEST_MILLISECONDS = 30 * 60_000;

/** No exam was screened by the model in time. */
export class ModelNotTakenError extends CliError {}

/**
 * Waits until the newest result of a program names a model: by then a worker or the live lane has loaded it.
 *
 * @throws ModelNotTakenError after half an hour
 */
export async function watchModel(program: string, model: string, options: EndpointOptions): Promise<void> {
  const client = new Client(() => findEndpoint(options), program);
  const end = Date.now() + LONGEST_MILLISECONDS;
  process.stderr.write(
    `Waiting for an exam of ${program} that is screened by it. Send one, if none waits.\n`,
  );
  for (;;) {
    const [newest] = (await client.results({ limit: '1' })).items;
    if (newest?.model === model) {
      process.stderr.write(`${newest.program}/${newest.patient}/${newest.exam} was screened by it.\n`);
      return;
    }
    if (Date.now() > end) {
      throw new ModelNotTakenError(
        `No exam of ${program} was screened by model ${model.slice(0, 12)} for half an hour. It is active nevertheless. Did an exam come? If so, see docs/runbook.md, No exam is screened; to go back: retclip model rollback`,
      );
    }
    await delay(PAUSE_MILLISECONDS);
  }
}
