import { preparedKey } from '../../../core/keys/prepared-key.ts';
import { Traces } from '../../erasure/traces.ts';
import { PROGRAM, type Stage } from './stage.ts';

/** Bytes that tell of a patient, by what they are. */
export type Needles = ReadonlyMap<string, Buffer>;

/** What of a patient is in the account: its pseudonym as keys and JSON write it, its photographs and their pixels, features and findings. */
export async function needlesOf({ stores }: Stage, patient: string): Promise<Needles> {
  const traces = new Traces();
  traces.needles.set('pseudonym', Buffer.from(patient));
  const { items } = await stores.exams.listByPatient(PROGRAM, patient, { limit: 100 });
  for (const record of items) {
    for (const image of record.images) {
      const { key, versionId, laterality, prepared } = image;
      const { content } = await stores.objects.get(key, versionId === null ? {} : { versionId });
      traces.photograph(String(laterality), content);
      if (prepared?.pixelsSha256 == null) continue;
      const pixels = await stores.prepared.get(preparedKey(image, prepared.contract));
      if (pixels !== undefined) traces.photograph(`${laterality}, its pixels`, pixels);
    }
    await traces.results(stores, record);
  }
  return traces.needles;
}
