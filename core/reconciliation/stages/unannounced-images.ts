import { z } from 'zod';
import { arrivedAfter } from '../../exams/arrival-order.ts';
import { MOST_IMAGES } from '../../exams/exam-image.ts';
import { type ExamKey, examName } from '../../exams/exam-key.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { imageName } from '../../exams/image-name.ts';
import { IMAGE_PREFIX, parseImageKey } from '../../keys/image-key.ts';
import type { ObjectVersion, OutgoingMessage } from '../../ports/index.ts';
import { registerProgram } from '../../programs/program-register.ts';
import { announcementOf } from '../ask-again.ts';
import { type FoundRecord, readExams } from '../read-exams.ts';
import { DAILY, type Stage } from '../stage.ts';
import type { PossibleQueues, Sweep } from '../sweep.ts';

const PAGE = 500;
const ARRIVING: PossibleQueues = {
  waits: ['preparation', 'intake'],
  buried: ['preparation', 'intake'],
};

const position = z.object({
  cursor: z.string().nullable(),
  /** The key that the page before ended with: what follows of it is older. */
  lastKey: z.string().nullable(),
});

function examOf(key: string): ExamKey | null {
  try {
    return parseImageKey(key).exam;
  } catch {
    return null;
  }
}

/** The newest version of each key, but for keys whose newest is a delete marker: somebody has taken them away. */
function newestVersions(items: readonly ObjectVersion[], lastKey: string | null): ObjectVersion[] {
  return items.filter(
    ({ key, isDeleteMarker }, index) => key !== (items[index - 1]?.key ?? lastKey) && !isDeleteMarker,
  );
}

/** What a record says of a version: it is known, it is known and an older one of its key counts, or it is not known. */
function standing(record: ExamRecord, { key, versionId }: ObjectVersion) {
  const ofKey = record.images.filter((image) => image.key === key);
  const known = ofKey.find((image) => image.versionId === versionId);
  if (known !== undefined) {
    const olderCounts = known.state === 'replaced' && ofKey.some(({ state }) => state === 'current');
    return olderCounts ? 'older-counts' : 'known';
  }
  return 'unknown';
}

/**
 * Whether a full record has forgotten a version: it forgets replaced images, the oldest first. One that was replaced has a
 * newer one of its name on the list, which counts or was withdrawn. Any other version never was on the list: intake takes it
 * in, or refuses it by name.
 */
async function isForgotten(
  sweep: Sweep,
  record: ExamRecord,
  { key, versionId }: ObjectVersion,
): Promise<boolean> {
  if (record.images.length < MOST_IMAGES) return false;
  const ofName = record.images.filter(
    (image) => image.state !== 'replaced' && image.key !== key && imageName(image.key) === imageName(key),
  );
  if (ofName.length === 0) return false;
  const stored = await sweep.home.objects.head(key, versionId ?? undefined);
  return stored === undefined || ofName.some(({ order }) => arrivedAfter(order, stored));
}

async function look(sweep: Sweep, version: ObjectVersion, record: FoundRecord): Promise<boolean> {
  if (record === null) return false;
  if (record !== undefined) {
    const stands = standing(record, version);
    if (stands === 'older-counts') sweep.show('image-older-counts', version.key);
    if (stands !== 'unknown' || (await isForgotten(sweep, record, version))) return false;
  }
  const fate = await sweep.fateOf([version.key], version.lastModified, ARRIVING);
  if (fate === 'undecided') sweep.show('image-undecided', version.key);
  return fate === 'lost';
}

/**
 * Photographs that no exam refers to: their announcement was lost. They are announced again, whatever their keys look
 * like: they are prepared and taken in, or buried with the reason.
 */
export const unannouncedImages: Stage<z.infer<typeof position>> = {
  everySeconds: DAILY,
  isOfOneProgram: true,
  position,
  begin: { cursor: null, lastKey: null },

  async step(sweep, { cursor, lastKey }) {
    const { objects } = sweep.home;
    const prefix = sweep.program === null ? IMAGE_PREFIX : `${IMAGE_PREFIX}${sweep.program}/`;
    const page = await objects.listVersions(prefix, { limit: PAGE, cursor: cursor ?? undefined });
    const versions = newestVersions(page.items, lastKey);
    const exams = new Map(
      versions.flatMap(({ key }) => {
        const exam = examOf(key);
        return exam === null ? [] : [[examName(exam), exam] as const];
      }),
    );
    for (const program of new Set([...exams.values()].map(({ program: name }) => name))) {
      // Other stages walk registered programs only.
      if (!sweep.isDry) await registerProgram(objects, program);
    }
    const found = await readExams(sweep, [...exams.values()]);
    const records = new Map([...exams.keys()].map((name, index) => [name, found[index]]));
    const lost: { readonly key: string; readonly message: OutgoingMessage }[] = [];
    for (const version of versions) {
      const exam = examOf(version.key);
      const record = exam === null ? undefined : records.get(examName(exam));
      if (await look(sweep, version, record)) {
        const message = announcementOf(version.key, version.versionId, exam?.program);
        lost.push({ key: version.key, message });
      }
    }
    await sweep.settle(
      'image-unannounced',
      lost.map(({ key }) => key),
      () =>
        sweep.send(
          'preparation',
          lost.map(({ message }) => message),
        ),
    );
    sweep.count(versions.length);
    if (page.cursor === undefined) return null;
    return { cursor: page.cursor, lastKey: page.items.at(-1)?.key ?? lastKey };
  },
};
