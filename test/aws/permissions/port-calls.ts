import { type BatchClient, SubmitJobCommand } from '@aws-sdk/client-batch';
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import { followSchedule } from '../../../aws/jobs/scheduler.ts';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import { jobRequestSchema } from '../../../core/jobs/planning/job-request.ts';
import type { JobSchedule } from '../../../core/jobs/schedules/job-schedule.ts';
import type {
  DomainEvent,
  Events,
  ExamTable,
  ObjectStore,
  PreparedStore,
  VectorIndex,
  WorkQueue,
} from '../../../core/ports/index.ts';
import { registeredExam } from '../../conformance/exam-records.ts';
import { ACCOUNT, REGION } from '../emulator/ministack.ts';

/** The ports, under the key of one role. */
export interface Ports {
  readonly objects: ObjectStore;
  readonly prepared: PreparedStore;
  readonly queue: WorkQueue;
  readonly exams: ExamTable;
  readonly events: Events;
  readonly vectors: VectorIndex;
  readonly scheduler: SchedulerClient;
  readonly batch: BatchClient;
  readonly stacks: CloudFormationClient;
}

/** One call of a port. What it needs beforehand an administrator has made: versions, messages, exams. */
export interface PortCall {
  readonly name: string;
  /** Its resource has another name at each run. */
  readonly isOfNewNames?: boolean;
  prepare?(administrator: Ports): Promise<unknown>;
  run(ports: Ports, prepared: unknown): Promise<unknown>;
}

const AT = '2026-05-01T00:00:00.000Z';
const text = (content: string) => new TextEncoder().encode(content);
let exams = 0;

function newExam(): ExamRecord {
  exams += 1;
  return registeredExam({ program: 'north', patient: `P${exams}`, exam: '2026-05-01' }, AT);
}

const event = (id: string): DomainEvent => ({
  type: 'ExamScreened',
  id,
  at: AT,
  exam: { program: 'north', patient: 'P1', exam: '2026-05-01' },
  outcome: 'refer',
});

const stored = ({ objects }: Ports) => objects.put('images/left.jpg', text('0123456789'));
const PREPARED = 'prepared/north/P1/2026-05-01/left.jpg/v1/c0ffee.safetensors';
const havingMade = ({ prepared }: Ports) => prepared.put(PREPARED, text('0123456789'));
const versionOf = (prepared: unknown) => (prepared as { readonly versionId: string }).versionId;
const savedExam = ({ exams: table }: Ports) => table.save(newExam());
const record = (prepared: unknown) => prepared as ExamRecord;

async function received({ queue }: Ports): Promise<string> {
  await queue.send([{ body: 'left' }]);
  const [message] = await queue.receive({ maxMessages: 1, waitSeconds: 5, visibilitySeconds: 600 });
  return message?.receipt ?? '';
}
const receipt = (prepared: unknown) => [prepared as string];

const indexed = (patient: string) => ({
  key: { program: 'north', patient, exam: '2026-05-01' },
  model: 'model-left',
  vector: Float32Array.from([0.6, 0.8]),
  outcome: 'refer' as const,
  screenedAt: AT,
});

let programs = 0;
/** The first of a program has no index yet. */
function newlyIndexed() {
  programs += 1;
  return { ...indexed('P1'), key: { program: `new-${programs}`, patient: 'P1', exam: '2026-05-01' } };
}

let schedules = 0;
function newSchedule(): JobSchedule {
  schedules += 1;
  return {
    schema: 'job-schedule/1',
    program: 'north',
    schedule: `yearly-${schedules}`,
    expression: 'cron(0 6 1 5 ? *)',
    timeZone: 'UTC',
    request: jobRequestSchema.parse({ mode: 'screen' }),
    state: 'active',
    createdAt: AT,
    createdBy: 'operator-1',
  };
}

const TARGET = {
  group: 'default',
  queueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:intake`,
  deadLettersArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:intake`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/sender`,
};
const followed = async ({ scheduler }: Ports) => {
  const schedule = newSchedule();
  await followSchedule(scheduler, schedule, TARGET);
  return schedule;
};

/** Every call that each port makes. */
export const PORT_CALLS: readonly PortCall[] = [
  { name: 'objects.put', run: ({ objects }) => objects.put('features/right', text('x')) },
  {
    name: 'objects.put over a version',
    prepare: stored,
    run: ({ objects }, made) => objects.put('images/left.jpg', text('y'), { ifLatest: versionOf(made) }),
  },
  {
    name: 'objects.get',
    prepare: stored,
    run: ({ objects }) => objects.get('images/left.jpg'),
  },
  {
    name: 'objects.get of a version',
    prepare: stored,
    run: ({ objects }, made) => objects.get('images/left.jpg', { versionId: versionOf(made) }),
  },
  {
    name: 'objects.get of a part',
    prepare: stored,
    run: ({ objects }) => objects.get('images/left.jpg', { range: { start: 2, end: 4 } }),
  },
  { name: 'objects.head', prepare: stored, run: ({ objects }) => objects.head('images/left.jpg') },
  {
    name: 'objects.head of a version',
    prepare: stored,
    run: ({ objects }, made) => objects.head('images/left.jpg', versionOf(made)),
  },
  { name: 'objects.head of what is missing', run: ({ objects }) => objects.head('images/gone.jpg') },
  { name: 'objects.list', run: ({ objects }) => objects.list('images/', { limit: 5 }) },
  { name: 'objects.listVersions', run: ({ objects }) => objects.listVersions('images/', { limit: 5 }) },
  { name: 'objects.delete', run: ({ objects }) => objects.delete('images/other.jpg') },
  {
    name: 'objects.deleteVersion',
    prepare: stored,
    run: ({ objects }, made) => objects.deleteVersion('images/left.jpg', versionOf(made)),
  },
  { name: 'prepared.put', run: ({ prepared }) => prepared.put(PREPARED, text('x')) },
  { name: 'prepared.get', prepare: havingMade, run: ({ prepared }) => prepared.get(PREPARED) },
  { name: 'prepared.has', prepare: havingMade, run: ({ prepared }) => prepared.has(PREPARED) },
  { name: 'prepared.removeAll', prepare: havingMade, run: ({ prepared }) => prepared.removeAll(PREPARED) },
  { name: 'queue.send', run: ({ queue }) => queue.send([{ body: 'right' }]) },
  { name: 'queue.receive', run: ({ queue }) => queue.receive({ maxMessages: 1, waitSeconds: 0 }) },
  { name: 'queue.extend', prepare: received, run: ({ queue }, made) => queue.extend(receipt(made), 60) },
  { name: 'queue.release', prepare: received, run: ({ queue }, made) => queue.release(receipt(made)) },
  { name: 'queue.delete', prepare: received, run: ({ queue }, made) => queue.delete(receipt(made)) },
  { name: 'queue.depth', run: ({ queue }) => queue.depth() },
  { name: 'exams.get', run: ({ exams: table }) => table.get(newExam()) },
  { name: 'exams.save, a new one', run: ({ exams: table }) => table.save(newExam()) },
  {
    name: 'exams.save, a known one',
    prepare: savedExam,
    run: ({ exams: table }, made) => table.save(record(made)),
  },
  {
    name: 'exams.remove',
    prepare: savedExam,
    run: ({ exams: table }, made) => table.remove(record(made)),
  },
  { name: 'exams.count', run: ({ exams: table }) => table.count('north') },
  {
    name: 'exams.listByPatient',
    run: ({ exams: table }) => table.listByPatient('north', 'P1', { limit: 5 }),
  },
  {
    name: 'exams.list',
    prepare: savedExam,
    run: ({ exams: table }) => table.list('north', { listings: ['registered'], limit: 5 }),
  },
  {
    name: 'exams.facts',
    run: ({ exams: table }) => table.facts('north', { listings: ['registered'], limit: 5 }),
  },
  {
    name: 'exams.workList',
    run: ({ exams: table }) => table.workList('north', { stage: 'first', limit: 5 }),
  },
  { name: 'exams.latestErasure', run: ({ exams: table }) => table.latestErasure('north', 'P1') },
  {
    name: 'exams.putTombstone',
    run: ({ exams: table }) => table.putTombstone('south', 'P1', { erasure: 'e1', at: new Date(AT) }),
  },
  { name: 'events.publish', run: ({ events }) => events.publish([event('left')]) },
  {
    name: 'vectors.put',
    prepare: ({ vectors }) => vectors.put([indexed('P1')]),
    run: ({ vectors }) => vectors.put([indexed('P2')]),
  },
  {
    name: 'vectors.put, the first of a program',
    isOfNewNames: true,
    run: ({ vectors }) => vectors.put([newlyIndexed()]),
  },
  {
    name: 'vectors.search',
    prepare: ({ vectors }) => vectors.put([indexed('P1')]),
    run: ({ vectors }) =>
      vectors.search({ program: 'north', model: 'model-left', vector: Float32Array.from([1, 0]), limit: 3 }),
  },
  {
    name: 'vectors.vectorOf',
    prepare: ({ vectors }) => vectors.put([indexed('P1')]),
    run: ({ vectors }) => vectors.vectorOf(indexed('P1').key, 'model-left'),
  },
  {
    name: 'vectors.list',
    prepare: ({ vectors }) => vectors.put([indexed('P1')]),
    run: ({ vectors }) => vectors.list('north', { limit: 5 }),
  },
  {
    name: 'vectors.missing',
    prepare: ({ vectors }) => vectors.put([indexed('P1')]),
    run: ({ vectors }) => vectors.missing('north', 'model-left', [{ patient: 'P2', exam: '2026-05-01' }]),
  },
  {
    name: 'vectors.remove',
    prepare: ({ vectors }) => vectors.put([indexed('P1')]),
    run: ({ vectors }) => vectors.remove('north', 'P1', ['2026-05-01']),
  },
  {
    name: 'a new schedule',
    isOfNewNames: true,
    run: ({ scheduler }) => followSchedule(scheduler, newSchedule(), TARGET),
  },
  {
    name: 'a changed schedule',
    isOfNewNames: true,
    prepare: followed,
    run: ({ scheduler }, made) => followSchedule(scheduler, made as JobSchedule, TARGET),
  },
  {
    name: 'a deleted schedule',
    isOfNewNames: true,
    prepare: followed,
    run: ({ scheduler }, made) =>
      followSchedule(scheduler, { ...(made as JobSchedule), state: 'deleted' }, TARGET),
  },
  {
    name: 'a job',
    run: ({ batch }) =>
      batch.send(
        new SubmitJobCommand({
          jobName: 'retclip-1',
          jobQueue: 'jobs',
          jobDefinition: 'screen:1',
          parameters: { program: 'north', job: '1' },
          containerOverrides: { environment: [{ name: 'RETCLIP_JOB', value: '1' }] },
        }),
      ),
  },
  {
    name: '--stack',
    run: ({ stacks }) => stacks.send(new DescribeStacksCommand({ StackName: 'RetclipScreening' })),
  },
];
