import { createHash } from 'node:crypto';
import { applyResult } from '../../exams/apply-result.ts';
import { arrivalOrder } from '../../exams/arrival-order.ts';
import { DEFAULT_PROTOCOL } from '../../exams/capture-protocol.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import type { Laterality } from '../../exams/laterality.ts';
import { receiveImage } from '../../exams/receive-image.ts';
import { requestScreening } from '../../exams/request-screening.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../../exams/review-settings.ts';
import { DEFAULT_POLICY } from '../../policies/outcome-policy.ts';
import type { Home } from '../../ports/index.ts';
import { updateExam } from '../../records/update-exam.ts';
import { EXAM, outputOf, preparedFacts, TERMS } from '../../testing/records.ts';
import { CONTENTS_PREFIX, registerContent } from '../content-register.ts';

export const NOW = new Date('2026-05-01T10:00:00Z');
export const SAID = { at: '2026-05-02T10:00:00.000Z', by: 'Ada', reason: 'wrong patient' };
export const BY = {
  ...TERMS,
  policy: DEFAULT_POLICY,
  captureProtocol: DEFAULT_PROTOCOL,
  review: DEFAULT_REVIEW_SETTINGS,
};
export const OTHER: ExamKey = { ...EXAM, patient: 'P2' };
export const keyOf = (exam: ExamKey, name: string) =>
  `images/${exam.program}/${exam.patient}/${exam.exam}/${name}.jpg`;
export const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

export const attribution = (home: Home) => ({ home, by: BY, now: NOW });

/** Puts a photograph into the store and its exam; no two are alike. */
export async function photograph(
  home: Home,
  exam: ExamKey,
  laterality: Laterality,
  text = `${exam.patient} ${laterality}`,
  name: string = laterality,
): Promise<void> {
  const content = Buffer.from(text);
  await home.objects.put(keyOf(exam, name), content, { contentType: 'image/jpeg' });
  const stored = await home.objects.head(keyOf(exam, name));
  if (stored === undefined) throw new Error('Expected an object.');
  const { key, versionId, sha256, bytes } = stored;
  const image = { key, versionId, sha256, bytes, order: arrivalOrder(stored, versionId ?? '') };
  await registerContent(home.objects, sha256, { exam, laterality });
  const said = { field: 'macula', takenOn: '2026-04-30', expected: { left: 1, right: 1 } } as const;
  await updateExam(home, exam, (record) =>
    receiveImage(record, { exam, laterality, image, prepared: preparedFacts(laterality), ...said }, NOW, 900),
  );
}

export async function screen(home: Home, exam: ExamKey): Promise<void> {
  await updateExam(home, exam, (record) => {
    if (record === undefined) return record;
    const asked = requestScreening({ ...record, pairingDeadline: NOW.toISOString() }, TERMS, NOW);
    if (asked.request === null) throw new Error('Expected a request.');
    const output = outputOf(asked.request);
    const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
    return applyResult(asked, { ...output, findings, outcome: 'refer', policy: 'p' }, NOW).record;
  });
}

export const images = (record: ExamRecord | undefined) =>
  record?.images.map(({ key, laterality, state, withdrawal }) => [
    key.split('/').at(-1),
    laterality,
    state,
    withdrawal?.movedTo ?? null,
  ]);

export async function checks(home: Home): Promise<unknown[]> {
  const received = await home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  return received.map(({ body }) => JSON.parse(body)).filter(({ schema }) => schema === 'exam-check/1');
}

export async function contents(home: Home): Promise<string[]> {
  const { items } = await home.objects.listVersions(CONTENTS_PREFIX, { limit: 50 });
  return items.map(({ key }) => key.split('/').slice(2).join('/')).toSorted();
}

export async function storedText(home: Home, key: string): Promise<string | null> {
  if ((await home.objects.head(key)) === undefined) return null;
  return Buffer.from((await home.objects.get(key)).content).toString();
}

/** What intake makes of a photograph that was moved. */
export async function photographThere(home: Home, key: string): Promise<void> {
  const stored = await home.objects.head(key);
  if (stored === undefined) throw new Error('Expected an object.');
  const { versionId, sha256, bytes } = stored;
  const image = { key, versionId, sha256, bytes, order: arrivalOrder(stored, versionId ?? '') };
  const expected = { left: 1, right: 1 };
  await updateExam(home, OTHER, (record) =>
    receiveImage(
      record,
      { exam: OTHER, laterality: 'left', image, expected, prepared: preparedFacts('left') },
      NOW,
      900,
    ),
  );
}
