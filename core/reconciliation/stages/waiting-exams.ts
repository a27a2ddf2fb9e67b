import { requestSubject } from '../../dead-letters/message-subject.ts';
import { examName } from '../../exams/exam-key.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { unpreparedImages } from '../../exams/unprepared-images.ts';
import { examCheckOf } from '../ask-again.ts';
import type { FindingName } from '../finding-kinds.ts';
import { GRACE } from '../grace.ts';
import {
  FIRST_PROGRAM,
  type ProgramPlace,
  programPlaceSchema,
  stepThroughPrograms,
} from '../program-walk.ts';
import { readExams } from '../read-exams.ts';
import { DAILY, type Stage } from '../stage.ts';
import type { PossibleQueues, Sweep } from '../sweep.ts';

const PAGE = 200;
const ASKED_OF_INTAKE: PossibleQueues = { waits: ['intake'], buried: ['intake'] };
/** Asked again by way of intake, it may be buried there as well. */
const ASKED_OF_WORKERS: PossibleQueues = {
  waits: ['screening', 'live-screening', 'results'],
  buried: ['screening', 'live-screening', 'results', 'intake'],
};
const ASKED_OF_PREPARATION: PossibleQueues = {
  waits: ['preparation', 'bulk-preparation', 'intake'],
  buried: ['preparation', 'bulk-preparation', 'intake'],
};

/** Since when an exam waits for a message, and which queues could hold it. */
function waitOf(record: ExamRecord): {
  readonly name: FindingName;
  readonly since: string;
  readonly queues: PossibleQueues;
} | null {
  const { status, pairingDeadline, request } = record;
  if (status === 'registered')
    return { name: 'exam-overdue', since: pairingDeadline, queues: ASKED_OF_INTAKE };
  if (status !== 'screening' || request === null) return null;
  const queues = unpreparedImages(record).length > 0 ? ASKED_OF_PREPARATION : ASKED_OF_WORKERS;
  return { name: 'exam-unanswered', since: request.requestedAt, queues };
}

/** How dead letters name what an exam waits for: its check, its present request, and images that are not prepared. */
function subjectsOf(record: ExamRecord): string[] {
  const { request } = record;
  const name = examName(record);
  if (request === null) return [name];
  const images = unpreparedImages(record).map(({ key }) => key);
  return [name, requestSubject(record, request.requestId), ...images];
}

async function look(sweep: Sweep, record: ExamRecord): Promise<FindingName | null> {
  const wait = waitOf(record);
  if (wait === null) return null;
  const fate = await sweep.fateOf(subjectsOf(record), wait.since, wait.queues);
  if (fate === 'undecided') sweep.show('exam-undecided', examName(record));
  return fate === 'lost' ? wait.name : null;
}

/**
 * Exams that wait for what does not come: for their pairing window to end, or for an answer. Intake is asked to look at
 * them again, and sends what their records call for.
 */
export const waitingExams: Stage<ProgramPlace> = {
  everySeconds: DAILY,
  isOfOneProgram: true,
  position: programPlaceSchema,
  begin: FIRST_PROGRAM,

  step(sweep, place) {
    return stepThroughPrograms(sweep, place, async (program, cursor) => {
      const page = await sweep.home.exams.facts(program, {
        listings: ['registered', 'screening'],
        order: 'oldest-first',
        limit: PAGE,
        cursor,
      });
      // Those that wait are listed by when they were registered. A clock that was set back has them in the future.
      const old = page.items.filter(({ at }) => sweep.ageOf(at) >= GRACE.queuesEmpty);
      const keys = old.map(({ patient, exam }) => ({ program, patient, exam }));
      const lost = new Map<FindingName, ExamRecord[]>();
      for (const record of await readExams(sweep, keys)) {
        if (record === null || record === undefined) continue;
        const name = await look(sweep, record);
        if (name !== null) lost.set(name, [...(lost.get(name) ?? []), record]);
      }
      for (const [name, records] of lost) {
        await sweep.settle(name, records.map(examName), () => sweep.send('intake', records.map(examCheckOf)));
      }
      sweep.count(keys.length);
      return page.cursor;
    });
  },
};
