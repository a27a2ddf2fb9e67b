import { parseArgs } from 'node:util';
import { reasonOf } from '../core/errors.ts';
import { PhantomError, writeCohort } from './index.ts';

const USAGE = 'node phantoms/make.ts --out DIR [--exams 24] [--seed demo] [--size 512]';

function readArguments() {
  try {
    return parseArgs({
      options: {
        out: { type: 'string' },
        exams: { type: 'string', default: '24' },
        seed: { type: 'string', default: 'demo' },
        size: { type: 'string', default: '512' },
      },
    }).values;
  } catch (error) {
    console.error(`${reasonOf(error)}\nUsage: ${USAGE}`);
    return null;
  }
}

/** Exit codes: 0 done, 2 wrong use, 3 failed. */
async function main(): Promise<number> {
  const values = readArguments();
  if (values === null) return 2;
  if (values.out === undefined) {
    console.error(`Expected --out with the folder for the cohort.\nUsage: ${USAGE}`);
    return 2;
  }
  const started = performance.now();
  try {
    const { patients, eyes, bytes } = await writeCohort(values.out, {
      exams: Number(values.exams),
      seed: values.seed,
      size: Number(values.size),
      onProgress: ({ done, total }) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} patients`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    const seconds = (performance.now() - started) / 1000;
    console.log(
      `${patients} patients, ${eyes} eyes, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s (${(patients / seconds).toFixed(1)} exams a second)`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof PhantomError)) throw error;
    console.error(error.message);
    return error.name === 'PhantomArgumentError' ? 2 : 3;
  }
}

process.exitCode = await main();
