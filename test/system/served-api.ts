import { createApi } from '../../functions/api/app.ts';
import type { SearchHome } from '../../functions/api/routes/search.ts';
import { tokenCaller } from '../../functions/api/token-caller.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { type LoopbackServer, serveOnLoopback } from '../../local/host/loopback-server.ts';
import { type Finished, retclip } from './retclip.ts';

const TOKEN = 'token-of-a-test';
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The API over a home of its own, served on this machine for the command to speak to. No worker runs. */
export class ServedApi implements AsyncDisposable {
  readonly run: FunctionRun;
  readonly #server: LoopbackServer;

  private constructor(run: FunctionRun, server: LoopbackServer) {
    this.run = run;
    this.#server = server;
  }

  static async open(parts: Pick<SearchHome, 'encoder'> = {}): Promise<ServedApi> {
    const run = await FunctionRun.open();
    const home = { ...run.home, ...parts };
    const app = createApi({ home, authenticate: tokenCaller(TOKEN), log: QUIET });
    return new ServedApi(run, await serveOnLoopback(app, 0));
  }

  /** What tells a command in this process where it is. */
  get environment(): { readonly RETCLIP_ENDPOINT: string; readonly RETCLIP_TOKEN: string } {
    return { RETCLIP_ENDPOINT: this.#server.url, RETCLIP_TOKEN: TOKEN };
  }

  /** Runs the command against it, in a process of its own. */
  retclip(...words: readonly string[]): Promise<Finished> {
    return retclip(words, this.environment);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
    await this.run[Symbol.asyncDispose]();
  }
}
