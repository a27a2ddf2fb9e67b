import { describe, expect, it } from 'vitest';
import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { domainEventSchema } from '../../core/messages/domain-event.ts';
import { examCheckSchema } from '../../core/messages/exam-check.ts';
import { readAnnouncement } from '../../core/messages/object-created.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import { readQueueMessage } from '../../core/messages/queue-message.ts';
import { screeningRequestSchema } from '../../core/messages/screening-request.ts';
import { screeningResultSchema } from '../../core/messages/screening-result.ts';
import { shardRescoredSchema } from '../../core/messages/shard-rescored.ts';
import { webhookDeliverySchema } from '../../core/messages/webhook-delivery.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('0.1.0');
const { exams } = await release.facts();
const exam = (patient: string) => ({ program: 'north', patient, exam: `2026-03-${patient.slice(1)}` });
const sent = (patient: string) =>
  exams.find((facts) => facts.program === 'north' && facts.patient === patient);
const JOB = '20261126T174152.182Z-95a509de';

describe('a message queued by release 0.1.0', () => {
  it.each([
    ['screening-request-1.json', undefined],
    ['screening-request-1.shadow.json', [{ name: 'tried', id: '3be631c682facf674063014d3ecc362a' }]],
  ])('asks for a screening: %s', async (form, shadow) => {
    const stored = await release.json(form);
    const request = parseMessage(screeningRequestSchema, await release.text(form));
    const photographs = sent(stored.exam.patient)?.photographs;
    expect(request.exam).toEqual(exam(stored.exam.patient));
    expect(request.images.map(({ laterality, sha256 }) => [laterality, sha256])).toEqual(
      Object.entries(photographs ?? {}).filter(([, sha256]) => sha256 !== null),
    );
    expect(request.model.shadow?.heads).toEqual(shadow);
    expect(request.requestId).toBe(stored.requestId);
  });

  it.each([
    ['screening-result-1.json', 'P17', ['left too-bright', 'right not-a-fundus-photograph']],
    ['screening-result-1.shadow.json', 'P13', ['left null', 'right null']],
  ])('brings a result: %s', async (form, patient, quality) => {
    const result = parseMessage(screeningResultSchema, await release.text(form));
    expect(result.exam).toEqual(exam(patient));
    expect(result.output.requestId).toBe(sent(patient)?.requestId);
    const { left, right } = result.output.eyes;
    expect([`left ${left?.quality.reason}`, `right ${right?.quality.reason}`]).toEqual(quality);
    expect(left?.image.sha256).toBe(sent(patient)?.photographs.left);
    expect(right?.image.sha256).toBe(sent(patient)?.photographs.right);
  });

  it('brings what a head in shadow found', async () => {
    const { shadow } = parseMessage(
      screeningResultSchema,
      await release.text('screening-result-1.shadow.json'),
    );
    expect(shadow?.heads.map(({ name }) => name)).toEqual(['tried']);
    expect(shadow?.findings).toHaveLength(1);
    expect(shadow?.findings[0]).toMatchObject({ level: 'patient', label: 'amd', threshold: 0.5 });
  });

  it('asks to look at an exam again', async () => {
    const { patient } = (await release.json('exam-check-1.json')).exam;
    const check = parseMessage(examCheckSchema, await release.text('exam-check-1.json'));
    expect(check).toMatchObject({ reason: 'pairing-window', exam: exam(patient) });
  });

  it('says that a shard was re-scored', async () => {
    const message = parseMessage(shardRescoredSchema, await release.text('shard-rescored-1.json'));
    expect(message).toMatchObject({ program: 'north', job: JOB, shard: 0 });
  });

  it('announces a photograph', async () => {
    const announced = readAnnouncement(await release.json('object-created.local.json'));
    const [local] = announced.objects;
    expect(local?.key).toMatch(/^images\/north\/P\d\d\/2026-03-\d\d\/(left|right)\.jpg$/);
    expect(local?.versionId).toMatch(/^[0-9a-f]{32}$/);
    expect(readAnnouncement(await release.json('object-created.aws.json')).objects).toEqual([
      {
        key: 'images/north/P01/2026-03-01/fundus photograph (left).jpg',
        versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko',
        sequencer: '0055AED6DCD90281E5',
      },
    ]);
  });

  it('lies among the dead letters with its subject', async () => {
    const { body, attributes } = await release.json('dead-letter.json');
    expect(subjectOfMessage(body)).toMatchObject({ program: 'north' });
    expect(JSON.parse(attributes).reason).toMatch(/does not say which eye it shows/);
  });

  it('tells an event, and its delivery to a webhook', async () => {
    const event = async (form: string) => domainEventSchema.parse(await release.json(form));
    expect(await event('event.ExamScreened.json')).toMatchObject({
      exam: exam('P17'),
      outcome: 'ungradable',
    });
    expect(await event('event.ExamReviewed.json')).toMatchObject({
      exam: exam('P01'),
      ...{ machineOutcome: 'refer', verdict: 'refer', outcome: 'refer', role: 'first-reader' },
    });
    const counts = { planned: 3, done: 2, skipped: 0, failed: 1 };
    expect(await event('event.JobFinished.json')).toMatchObject({ job: JOB, state: 'finished', ...counts });
    const delivery = await release.json('webhook-delivery-1.json');
    expect(webhookDeliverySchema.parse(delivery)).toMatchObject({
      attempt: 1,
      event: { job: JOB, ...counts },
    });
    expect(readQueueMessage(JSON.stringify(delivery))).toEqual(delivery);
  });
});
