import { parseImageKey } from '../../core/keys/image-key.ts';
import { preparedVersionPrefix, renditionKey } from '../../core/keys/prepared-key.ts';
import type { RenderImage } from '../../core/messages/render-image.ts';
import type { Home, StoredObject } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { ActiveScreening } from '../../core/preparation/prepared-for.ts';
import { type Rendition, readRendition } from '../../core/preparation/rendition.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import type { RenderedImage } from '../../judging/index.ts';
import type { Preparer } from './prepare-content.ts';
import { lostContent, readSource } from './read-source.ts';

interface RenderOptions {
  readonly home: Pick<Home, 'objects' | 'prepared'>;
  readonly configuration: Pick<Configuration, 'screening'>;
  readonly preparerFor: (active: ActiveScreening) => Promise<Preparer>;
  readonly log: Log;
  readonly counters: Counters;
}

/** What is noted of pictures beside them. */
function factsOf({ sha256 }: StoredObject, { pictures, refusal }: RenderedImage): Rendition {
  const schema = 'rendition/1';
  if (pictures === null) return { schema, sha256, rendered: null, refused: refusal.reason };
  const { outside, flags } = pictures.burntIn;
  return { schema, sha256, rendered: { burntIn: { outside, flags: [...flags] } }, refused: null };
}

/**
 * Makes what readers see of a photograph, and stores it beside what was prepared of it: first the pictures, then what is
 * known of them, so that who finds the latter finds the former. Done again, it finds both and makes nothing.
 */
export function createRender(options: RenderOptions): (message: RenderImage) => Promise<void> {
  const { home, configuration, preparerFor, log, counters } = options;

  async function isThere(object: StoredObject): Promise<boolean> {
    const content = await home.prepared.get(renditionKey(object, 'facts'));
    const facts = content && readRendition(content, object);
    if (facts === undefined) return false;
    if (facts.rendered === null) return true;
    const files = await Promise.all(
      (['rendition', 'thumbnail'] as const).map((file) => home.prepared.has(renditionKey(object, file))),
    );
    return files.every(Boolean);
  }

  async function store(object: StoredObject, rendered: RenderedImage): Promise<void> {
    const put = (file: Parameters<typeof renditionKey>[1], content: Uint8Array) =>
      home.prepared.put(renditionKey(object, file), content);
    const { pictures } = rendered;
    if (pictures !== null)
      await Promise.all([put('rendition', pictures.rendition), put('thumbnail', pictures.thumbnail)]);
    await put('facts', Buffer.from(JSON.stringify(factsOf(object, rendered))));
  }

  /** The photograph is gone: nothing that was made of it may stay. */
  async function remove({ key, versionId }: RenderImage['image'], sha256: string): Promise<void> {
    await home.prepared.removeAll(preparedVersionPrefix({ key, versionId: versionId ?? sha256 }));
  }

  return async ({ image, sha256 }) => {
    // A key that names no exam has no place for pictures.
    parseImageKey(image.key);
    const find = () => home.objects.head(image.key, image.versionId ?? undefined);
    const object = await find();
    // In a store without versions another photograph may have taken its place.
    if (object?.sha256 !== sha256) {
      log.info('A photograph to be rendered is gone', { key: image.key });
      return remove(image, sha256);
    }
    if (await isThere(object)) return;
    const content = await readSource(home.objects, object);
    if (content === null) {
      if ((await find()) === undefined) return remove(image, sha256);
      throw lostContent(image.key);
    }
    const preparer = await preparerFor(await configuration.screening());
    await store(object, await preparer.render(content));
    counters.add('ImageRendered', 1);
    // An erasure that began after the file was read may have looked for pictures before they were there.
    if ((await find()) === undefined) await remove(image, sha256);
  };
}
