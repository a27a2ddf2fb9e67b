import { availableParallelism } from 'node:os';
import type { ActiveScreening } from '../../core/preparation/prepared-for.ts';
import { decodingContract } from '../../decoding/index.ts';
import { PreparationPool, type PreparationPoolOptions } from '../../judging/index.ts';
import { type Bundle, modelInput } from '../../model/bundle/index.ts';
import { DetectorSession } from '../../model/runtime/detector-session.ts';
import { detect } from './detect.ts';
import { PreparationError } from './errors.ts';
import type { Preparer } from './prepare-content.ts';

export interface PreparersOptions extends PreparationPoolOptions {
  /** Files decoded side by side: as many as there are processors unless told. */
  readonly processes?: number;
  /** The part of the active bundle that sees photographs before the model does. */
  readonly bundleOf: (active: ActiveScreening) => Promise<Bundle>;
}

interface Loaded {
  readonly contract: string;
  readonly preparer: Preparer;
  close(): Promise<void>;
}

/** Sees that the bundle is prepared for as what is active says. @throws PreparationError */
function requireSame({ model, prepared }: ActiveScreening, { manifest }: Bundle): void {
  const own = { ...modelInput(manifest), preprocessing: manifest.preprocessing.id };
  const differs = (['imageSize', 'detector', 'preprocessing'] as const).find(
    (name) => own[name] !== prepared[name],
  );
  if (differs === undefined) return;
  throw new PreparationError(
    `The active model ${model.model} says ${differs} ${prepared[differs]}, its bundle ${own[differs]}. Activate the bundle again.`,
  );
}

/**
 * What prepares images for the active model: decoders in processes of their own, and the bundle's detector. A change of
 * the model is followed once the former one's images are done.
 */
export class ModelPreparers {
  readonly #options: PreparersOptions;
  #loaded: { readonly contract: string; readonly preparing: Promise<Loaded> } | undefined;

  constructor(options: PreparersOptions) {
    this.#options = options;
  }

  readonly preparerFor = async (active: ActiveScreening): Promise<Preparer> => {
    if (this.#loaded?.contract !== active.contract) {
      const former = this.#loaded?.preparing;
      const preparing = this.#load(active);
      this.#loaded = { contract: active.contract, preparing };
      preparing.catch(() => {
        if (this.#loaded?.preparing === preparing) this.#loaded = undefined;
      });
      former?.then((loaded) => loaded.close()).catch(() => undefined);
    }
    const { preparer } = await this.#loaded.preparing;
    return preparer;
  };

  async close(): Promise<void> {
    await this.#loaded?.preparing.then((loaded) => loaded.close()).catch(() => undefined);
    this.#loaded = undefined;
  }

  async #load(active: ActiveScreening): Promise<Loaded> {
    const { processes = availableParallelism(), bundleOf, ...pooling } = this.#options;
    const bundle = await bundleOf(active);
    requireSame(active, bundle);
    const session = await DetectorSession.load(bundle, { provider: 'cpu', threads: 1 });
    const threshold = bundle.manifest.detector?.lateralityThreshold;
    const contract = decodingContract(active.prepared.preprocessing);
    const pool = new PreparationPool(processes, active.prepared.imageSize, { ...pooling, contract });
    return {
      contract: active.contract,
      preparer: {
        prepare: (bytes) => pool.prepare(bytes),
        render: (bytes) => pool.render(bytes),
        detect: async (pixels) =>
          session === null || threshold === undefined ? null : detect(session, pixels, threshold),
      },
      close: async () => {
        await pool.close();
        await session?.release();
      },
    };
  }
}
