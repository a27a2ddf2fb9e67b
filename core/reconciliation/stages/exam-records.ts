import { ObjectNotFoundError } from '../../errors.ts';
import { screenedEvent } from '../../events/screened-event.ts';
import { examName } from '../../exams/exam-key.ts';
import { EXAM_LISTINGS } from '../../exams/exam-listing.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import type { ImageVersion } from '../../exams/image-version.ts';
import { isOutdated } from '../../exams/is-outdated.ts';
import { examCheckOf } from '../ask-again.ts';
import { GRACE } from '../grace.ts';
import {
  FIRST_PROGRAM,
  type ProgramPlace,
  programPlaceSchema,
  stepThroughPrograms,
} from '../program-walk.ts';
import { checkStoreIsReachable } from '../reachable.ts';
import { readExams } from '../read-exams.ts';
import { type Stage, WEEKLY } from '../stage.ts';
import type { PossibleQueues, Sweep } from '../sweep.ts';

const PAGE = 100;
const INDEXING: PossibleQueues = { waits: ['indexing'], buried: ['indexing'] };

/** Reads the last byte: so a content that is gone and one that is cut both show. */
async function canBeRead(sweep: Sweep, { key, versionId, bytes }: ImageVersion): Promise<boolean> {
  const range = bytes === 0 ? {} : { range: { start: bytes - 1, end: bytes - 1 } };
  try {
    await sweep.home.objects.get(key, { ...range, ...(versionId === null ? {} : { versionId }) });
    return true;
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) await checkStoreIsReachable(sweep);
    return false;
  }
}

async function lookAtImages(sweep: Sweep, { images }: ExamRecord): Promise<void> {
  for (const image of images) {
    if (await canBeRead(sweep, image)) continue;
    const { key, versionId, state } = image;
    const name = state === 'current' ? 'image-unreadable' : 'former-image-unreadable';
    sweep.show(name, versionId === null ? key : `${key}#${versionId}`);
  }
}

/** Shards that are there, of one step's exams: a batch's exams stand close together. */
class KnownShards {
  readonly #sweep: Sweep;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(sweep: Sweep) {
    this.#sweep = sweep;
  }

  has(shard: string): Promise<boolean> {
    const known = this.#known.get(shard);
    if (known !== undefined) return known;
    const isThere = this.#sweep.home.objects.head(shard).then((object) => object !== undefined);
    this.#known.set(shard, isThere);
    return isThere;
  }
}

/** Has screened exams indexed that the search lacks. */
async function indexAgain(sweep: Sweep, program: string, records: readonly ExamRecord[]): Promise<void> {
  const settled = records.filter(({ updatedAt }) => sweep.ageOf(updatedAt) > GRACE.indexing);
  const byModel = Map.groupBy(settled, ({ result }) => result?.model ?? '');
  for (const [model, ofModel] of byModel) {
    const missing = await sweep.home.vectors.missing(program, model, ofModel);
    const names = new Set(missing.map(({ patient, exam }) => `${program}/${patient}/${exam}`));
    const lost: ExamRecord[] = [];
    for (const record of ofModel.filter((one) => names.has(examName(one)))) {
      if ((await sweep.fateOf([examName(record)], record.updatedAt, INDEXING)) === 'lost') lost.push(record);
    }
    const messages = lost.flatMap((record) =>
      record.result === null
        ? []
        : [{ body: JSON.stringify(screenedEvent(record, record.result)), group: program }],
    );
    await sweep.settle('exam-unindexed', lost.map(examName), () => sweep.send('indexing', messages));
  }
}

/**
 * What exams' records speak of: images that must be readable, requests that must be about the images that count,
 * features that must be there and be found by the search.
 */
export const examRecords: Stage<ProgramPlace> = {
  everySeconds: WEEKLY,
  isOfOneProgram: true,
  position: programPlaceSchema,
  begin: FIRST_PROGRAM,

  step(sweep, place) {
    return stepThroughPrograms(sweep, place, async (program, cursor) => {
      const request = { listings: EXAM_LISTINGS, order: 'oldest-first', limit: PAGE, cursor } as const;
      const page = await sweep.home.exams.facts(program, request);
      const keys = page.items.map(({ patient, exam }) => ({ program, patient, exam }));
      const records = (await readExams(sweep, keys)).filter((record) => record != null);
      await sweep.each(records, (record) => lookAtImages(sweep, record));
      const outdated = records.filter(
        (record) => isOutdated(record) && sweep.ageOf(record.updatedAt) > GRACE.queuesEmpty,
      );
      await sweep.settle('exam-outdated', outdated.map(examName), () =>
        sweep.send('intake', outdated.map(examCheckOf)),
      );
      const shards = new KnownShards(sweep);
      const withFeatures: ExamRecord[] = [];
      for (const record of records) {
        const { result } = record;
        if (result?.features == null) continue;
        if (await shards.has(result.features.shard)) withFeatures.push(record);
        else sweep.show('features-missing', examName(record));
      }
      await indexAgain(sweep, program, withFeatures);
      sweep.count(records.length);
      return page.cursor;
    });
  },
};
