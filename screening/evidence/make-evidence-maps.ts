import { reasonOf } from '../../core/errors.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import { evidenceKey } from '../../core/keys/prepared-key.ts';
import type { PreparedStore } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import {
  type EvidenceMap,
  type EvidenceMaps,
  evidenceBytes,
  WHOLE_PICTURE,
} from '../../core/preparation/evidence-maps.ts';
import type { InferenceThread } from '../inference/inference-thread.ts';
import type { ExplainedFinding, ExplainedImage } from './explained-findings.ts';

export interface EvidenceMapsOptions {
  readonly thread: Pick<InferenceThread, 'explain'>;
  readonly store: Pick<PreparedStore, 'put'>;
  /** Id of the bundle. */
  readonly model: string;
  readonly counters: Counters;
  readonly log: Log;
}

/** What an exam's request is called. */
export interface ExplainedRequest {
  readonly exam: ExamKey;
  readonly requestId: string;
}

/** Maps of one image's findings; those that cannot be made say why. */
async function mapsOf(
  thread: EvidenceMapsOptions['thread'],
  { pixels }: ExplainedImage,
  findings: readonly ExplainedFinding[],
): Promise<Pick<EvidenceMaps, 'maps' | 'withheld'>> {
  const explained = findings.flatMap((one) => ('weights' in one.how ? [{ ...one, how: one.how }] : []));
  const withheld = findings.flatMap(({ head, label, how }) =>
    'why' in how ? [{ head: head.name, label, why: how.why }] : [],
  );
  if (explained.length === 0 || pixels === null) return { maps: [], withheld };
  const grids = await thread.explain(
    pixels,
    explained.map(({ how }) => how),
  );
  const maps: EvidenceMap[] = [];
  explained.forEach(({ level, head, label, how }, index) => {
    const { side, values } = grids[index] ?? { side: 0, values: [] };
    const bytes = evidenceBytes(values);
    if (side === 0 || bytes.every((byte) => byte === 0)) {
      withheld.push({ head: head.name, label, why: 'no place of this image speaks for it' });
      return;
    }
    const encoded = Buffer.from(bytes).toString('base64');
    maps.push({ level, head: head.name, headId: head.id, label, method: how.method, side, values: encoded });
  });
  return { maps, withheld };
}

/**
 * Makes what makes the evidence maps of an exam's positive findings and stores them beside what was prepared of their images: one
 * object for each image with a positive finding, none where there is none. A fault costs no exam its answer: it is counted, and
 * the maps are missing.
 */
export function createMakeEvidenceMaps(
  options: EvidenceMapsOptions,
): (request: ExplainedRequest, findings: readonly ExplainedFinding[]) => Promise<void> {
  const { thread, store, model, counters, log } = options;

  async function make({ requestId }: ExplainedRequest, findings: readonly ExplainedFinding[]) {
    const images = new Set(findings.map(({ image }) => image));
    for (const image of images) {
      const made = await mapsOf(
        thread,
        image,
        findings.filter((one) => one.image === image),
      );
      const content: EvidenceMaps = {
        ...{ schema: 'evidence-maps/1', sha256: image.image.sha256, requestId, model, box: WHOLE_PICTURE },
        ...made,
      };
      await store.put(evidenceKey(image.image, requestId), Buffer.from(JSON.stringify(content)));
      counters.add('EvidenceMapMade', made.maps.length);
    }
  }

  return async (request, findings) => {
    if (findings.length === 0) return;
    try {
      await make(request, findings);
    } catch (error) {
      counters.add('EvidenceMapsFailed', 1);
      log.warn('Evidence maps could not be made', { exam: examName(request.exam), reason: reasonOf(error) });
    }
  };
}
