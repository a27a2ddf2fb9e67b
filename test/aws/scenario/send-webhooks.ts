import { RECEIVER } from '../webhooks/receiver.ts';
import { callApi, expectThat, PROGRAM, type Stage } from './stage.ts';
import { waitUntil } from './wait-until.ts';

const PATH = `/v1/programs/${PROGRAM}/webhooks`;
const KINDLY = '/kindly';
const GONE = '/gone';

async function add(stage: Stage, url: string): Promise<void> {
  const { status, body } = await callApi(stage, 'POST', PATH, { url });
  expectThat(status === 201, `the webhook ${url} to be taken`, { status, body });
  stage.receiver.expect(new URL(url).pathname, String(body.secret));
}

/** Makes the program's webhooks: one that is taken, one that is gone for now, one that leads inside. */
export async function makeWebhooks(stage: Stage): Promise<void> {
  const { receiver } = stage;
  receiver.answers.set(GONE, 410);
  for (const path of [KINDLY, GONE]) await add(stage, receiver.url(path));
  await add(stage, receiver.url('/inside').replace(RECEIVER, 'inside.example.org'));
  const refused = await callApi(stage, 'POST', PATH, { url: 'https://127.0.0.1/hook' });
  expectThat(refused.status === 400, 'a loopback address to be refused at once', refused);
}

/** Every exam was announced to who wants it, signed; nothing went inside. */
export async function checkWebhooks(stage: Stage, exams: number): Promise<void> {
  const { receiver, stores } = stage;
  const ids = await waitUntil('the announcement of every exam', () => {
    const found = new Set(
      receiver.received
        .filter(({ path, type }) => path === KINDLY && type === 'ExamScreened')
        .map(({ id }) => id),
    );
    return found.size >= exams ? found : undefined;
  });
  expectThat(ids.size >= exams, 'an announcement of each exam');
  const unsigned = receiver.received.filter(({ isSigned }) => !isSigned);
  expectThat(unsigned.length === 0, 'every webhook to be signed', unsigned);
  const inside = receiver.received.filter(({ path }) => path === '/inside');
  expectThat(inside.length === 0, 'nothing to be sent to an address inside', inside);
  const letters = await waitUntil('dead letters of webhooks', async () => {
    const found = await stores.look('WebhooksDeadLetters');
    return found.length > 0 ? found : undefined;
  });
  expectThat(letters.length > 0, 'what was refused to lie in the dead letters');
}

/** The receiver that was gone is back: what it did not take is sent again. */
export async function redriveWebhooks(stage: Stage): Promise<void> {
  const { receiver, operator } = stage;
  receiver.answers.delete(GONE);
  const before = receiver.received.filter(({ path }) => path === GONE).length;
  await operator.insist('stack', 0, 'redrive', 'webhooks', '--program', PROGRAM, '--list', '--json');
  const sent = await operator.insist('stack', 0, 'redrive', 'webhooks', '--program', PROGRAM, '--json');
  expectThat(sent.trim() !== '', 'dead letters to be sent again');
  await waitUntil('the webhooks that were sent again', () => {
    const now = receiver.received.filter(({ path }) => path === GONE).length;
    return now > before ? now : undefined;
  });
}
