import { parseArgs } from 'node:util';
import { readPrices } from '../lib/cost/prices/price-list.ts';
import { PROCESSOR_MILLISECONDS, WAITED_MILLISECONDS } from '../lib/cost/work/compute.ts';

/**
 * What it costs to prepare a million photographs in four ways, from the processor time of one:
 * `node bench/preparation-ways.ts [--milliseconds 45]`. A calculation with list prices of us-east-1; requests of stores and
 * queues are the same in every way and left out.
 */
const { values } = parseArgs({
  options: { milliseconds: { type: 'string', default: String(PROCESSOR_MILLISECONDS.preparedImage) } },
});
const IMAGES = 1_000_000;
const milliseconds = Number(values.milliseconds);
const { prices } = readPrices('us-east-1');

/** The next larger machine with the same GPU, and the processors that it has more: g6.2xlarge against g6.xlarge. */
const LARGER_GPU_MACHINE = { usdAnHour: 0.9776, furtherProcessors: 4 };
/** Fargate on x86: a processor and 2 GB with it. */
const FARGATE_USD_A_PROCESSOR_HOUR = 0.04048 + 2 * 0.004445;
/** The function of preparation: its memory, the processors that come with it, photographs of a call and side by side. */
const FUNCTION = { gigabytes: 3_538 / 1_024, processors: 2, photographs: 4, sideBySide: 2 };

const processorHours = (IMAGES * milliseconds) / 3_600_000;
const furtherHour =
  (LARGER_GPU_MACHINE.usdAnHour - prices.gpuHour.usd) / LARGER_GPU_MACHINE.furtherProcessors;
const working = (IMAGES * milliseconds) / 1000 / FUNCTION.processors;
const waiting = (IMAGES * WAITED_MILLISECONDS.prepare) / 1000 / FUNCTION.sideBySide;
const gigabyteSecond = FUNCTION.gigabytes * prices.lambdaArmSecond.usd;
const parts = {
  beside: processorHours * furtherHour,
  working: working * gigabyteSecond,
  waiting: waiting * gigabyteSecond,
  calls: (IMAGES / FUNCTION.photographs) * prices.lambdaRequest.usd,
  fargate: processorHours * FARGATE_USD_A_PROCESSOR_HOUR,
};
const ofFunction = parts.working + parts.waiting + parts.calls;
/** Photographs a second that a GPU must decode to cost no more. */
const evenAt = (usd: number) => Math.ceil((IMAGES * prices.gpuHour.usd) / 3600 / usd);
const usd = (figure: number) => figure.toFixed(2);

console.log(
  `${milliseconds} ms of a processor a photograph: ${processorHours.toFixed(1)} processor-hours a million`,
);
console.log('| way | by part | USD a million photographs |\n|---|---|--:|');
console.log(
  `| more processors beside the GPU | ${processorHours.toFixed(1)} hours at ${furtherHour.toFixed(4)} | ${usd(parts.beside)} |`,
);
console.log(
  `| a function | work ${usd(parts.working)}, waiting ${usd(parts.waiting)}, calls ${usd(parts.calls)} | ${usd(ofFunction)} |`,
);
console.log(
  `| Fargate | ${processorHours.toFixed(1)} hours at ${FARGATE_USD_A_PROCESSOR_HOUR.toFixed(4)} | ${usd(parts.fargate)} |`,
);
console.log(
  `| decoding on the GPU | a GPU hour at ${prices.gpuHour.usd}; not measured | that of the function at ${evenAt(ofFunction)} photographs a second, of further processors at ${evenAt(parts.beside)} |`,
);
