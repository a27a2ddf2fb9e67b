import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareImage } from '../judging/index.ts';
import { openBundle } from '../model/bundle/index.ts';
import { DetectorSession } from '../model/runtime/detector-session.ts';

/**
 * The rules of the quality gate against the detector's gradability, on folders of good and of bad photographs:
 * `node bench/gradability.ts FOLDER [--model bundles/default]`. FOLDER holds `good/` and other folders of pictures, as
 * `training/detector/degraded_files.py` writes them.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: fileURLToPath(new URL('../bundles/default', import.meta.url)) },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Expected the folder of the photographs.');
/** Share of the good photographs that the detector may call ungradable. */
const FALSE_ALARMS = 0.01;

const bundle = await openBundle(values.model, { text: false });
const detector = await DetectorSession.load(bundle, { provider: 'cpu', threads: 1 });
if (detector === null) throw new Error(`Bundle "${values.model}" has no detector.`);

interface Judged {
  readonly refused: boolean;
  readonly gradability: number;
}

async function judge(file: string): Promise<Judged> {
  const { pixels, quality } = await prepareImage(
    await readFile(file),
    bundle.manifest.geometry.vision.imageSize,
  );
  const logits = pixels && (await detector?.run(pixels));
  // A picture of 224 pixels is too small for the rules by itself: that says nothing of what was done to it.
  const refused = !quality.gradable && quality.reason !== 'retina-too-small';
  return { refused, gradability: logits?.[1] ?? Number.NEGATIVE_INFINITY };
}

const judged = new Map<string, readonly Judged[]>();
for (const kind of (await readdir(folder)).sort()) {
  const files = await readdir(join(folder, kind));
  const answers: Judged[] = [];
  for (const file of files) answers.push(await judge(join(folder, kind, file)));
  judged.set(kind, answers);
}
const good = (judged.get('good') ?? []).map(({ gradability }) => gradability).sort((a, b) => a - b);
const limit = good[Math.floor(good.length * FALSE_ALARMS)] ?? Number.NEGATIVE_INFINITY;
const share = (answers: readonly Judged[], test: (answer: Judged) => boolean) =>
  `${((100 * answers.filter(test).length) / answers.length).toFixed(1)} %`;
console.log('| photographs | n | refused by the rules | below the detector’s limit | by either |');
console.log('|---|---|---|---|---|');
for (const [kind, answers] of judged) {
  const isBelow = ({ gradability }: Judged) => gradability < limit;
  const cells = [
    share(answers, ({ refused }) => refused),
    share(answers, isBelow),
    share(answers, (answer) => answer.refused || isBelow(answer)),
  ];
  console.log(`| ${kind} | ${answers.length} | ${cells.join(' | ')} |`);
}
await detector.release();
