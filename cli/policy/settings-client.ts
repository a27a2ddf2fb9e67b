import { type ProgramSettings, programSettingsSchema } from '../../core/programs/program-settings.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';

/** A program's settings, and the tag by which a change says what it has seen. */
export interface TaggedSettings {
  readonly settings: ProgramSettings;
  readonly tag: string;
}

/** Reads and writes a program's settings. */
export class SettingsClient {
  readonly #client: Client;

  constructor(options: EndpointOptions & { readonly program: string }) {
    this.#client = new Client(() => findEndpoint(options), options.program);
  }

  async read(): Promise<TaggedSettings> {
    const { content, tag } = await this.#client.tagged(
      'Reading the settings',
      programSettingsSchema,
      '/settings',
    );
    return { settings: content, tag };
  }

  /** Writes settings over those that were read, and over no others. @throws RefusedError 412 if they have changed */
  async write(settings: ProgramSettings, { tag }: Pick<TaggedSettings, 'tag'>): Promise<TaggedSettings> {
    const written = await this.#client.tagged('Writing the settings', programSettingsSchema, '/settings', {
      body: settings,
      tag,
    });
    return { settings: written.content, tag: written.tag };
  }
}
