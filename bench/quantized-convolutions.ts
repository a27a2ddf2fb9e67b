import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { randomTensor } from '../model/checkpoint/testing/random-tensor.ts';
import { GraphBuilder, MICROSOFT } from '../model/onnx/graph-builder.ts';
import { float32Bytes, quantize, transpose } from '../model/onnx/weight-encoding.ts';
import { encodeModel } from '../model/onnx/write-model.ts';
import { cosine } from '../model/reference/cosine.ts';
import { spreadText } from './figures.ts';

/**
 * Inverted residual blocks of EfficientNet-Lite0 in int8 against float32, by ONNX Runtime's quantized convolutions with
 * statically known ranges, alternating in one run: `node bench/quantized-convolutions.ts [--batch 4] [--rounds 5]`.
 * Time is the processor's, so that what else runs on the machine counts little.
 */
const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.5' },
  },
});
const batch = Number(values.batch);
/** ReLU6 gives 0 … 6; what is projected is taken to lie within ±`SPREAD`. */
const SPREAD = 6;
const BLOCKS = [
  { side: 48, input: 24, hidden: 144, output: 24, kernel: 3 },
  { side: 12, input: 80, hidden: 480, output: 112, kernel: 5 },
  { side: 6, input: 192, hidden: 1152, output: 192, kernel: 5 },
];
type Block = (typeof BLOCKS)[number];

const kernelsOf = (block: Block) => [
  { name: 'expand', shape: [block.hidden, block.input, 1, 1], groups: 1, active: true },
  {
    name: 'depthwise',
    shape: [block.hidden, 1, block.kernel, block.kernel],
    groups: block.hidden,
    active: true,
  },
  { name: 'project', shape: [block.output, block.hidden, 1, 1], groups: 1, active: false },
];

function convolutionAttributes([, , side = 1]: readonly number[], groups: number) {
  const pads = Array.from({ length: 4 }, () => side >> 1);
  return { kernel_shape: [side, side], pads, strides: [1, 1], group: groups };
}

function floatBlock(block: Block): GraphBuilder {
  const graph = new GraphBuilder('float');
  let value = graph.input('x', 'float32', [batch, block.input, block.side, block.side]);
  for (const { name, shape, groups, active } of kernelsOf(block)) {
    const weight = graph.initializer(name, 'float32', shape, async () =>
      float32Bytes(randomTensor('bench', name, shape)),
    );
    value = graph.node('Conv', [value, weight], { attributes: convolutionAttributes(shape, groups) });
    if (!active) continue;
    const bound = (limit: number) =>
      graph.initializer(`${limit}`, 'float32', [], async () => float32Bytes(Float32Array.of(limit)));
    value = graph.node('Clip', [value, bound(0), bound(6)]);
  }
  graph.output('y', 'float32', [batch, block.output, block.side, block.side], value);
  return graph;
}

function quantizedBlock(block: Block, isChannelsLast: boolean): GraphBuilder {
  const graph = new GraphBuilder('quantized');
  const number = (scale: number) =>
    graph.initializer(`scale:${scale}`, 'float32', [], async () => float32Bytes(Float32Array.of(scale)));
  const byte = (zero: number) =>
    graph.initializer(`zero:${zero}`, 'uint8', [], async () => Uint8Array.of(zero));
  const signed = { scale: number((2 * SPREAD) / 255), zero: byte(128) };
  const positive = { scale: number(6 / 255), zero: byte(0) };
  const given = graph.input('x', 'float32', [batch, block.input, block.side, block.side]);
  const turned = (value: string, perm: number[]) =>
    isChannelsLast ? graph.node('Transpose', [value], { attributes: { perm } }) : value;
  let range = signed;
  let value = graph.node('QuantizeLinear', [turned(given, [0, 2, 3, 1]), signed.scale, signed.zero]);
  for (const { name, shape, groups, active } of kernelsOf(block)) {
    const [outputs = 1] = shape;
    const inputs = shape.slice(1).reduce((product, size) => product * size, 1);
    const { values: columns, scales } = quantize(randomTensor('bench', name, shape), outputs, inputs);
    const rows = Int8Array.from(transpose(Float32Array.from(columns), inputs, outputs));
    const weight = graph.initializer(name, 'int8', shape, async () => new Uint8Array(rows.buffer));
    const scale = graph.initializer(`${name}:scales`, 'float32', [outputs], async () => float32Bytes(scales));
    const zeros = graph.initializer(`${name}:zeros`, 'int8', [outputs], async () => new Uint8Array(outputs));
    const next = active ? positive : signed;
    const attributes = convolutionAttributes(shape, groups);
    value = graph.node(
      'QLinearConv',
      [value, range.scale, range.zero, weight, scale, zeros, next.scale, next.zero],
      isChannelsLast
        ? { attributes: { ...attributes, channels_last: 1 }, domain: MICROSOFT }
        : { attributes },
    );
    range = next;
  }
  const floats = graph.node('DequantizeLinear', [value, signed.scale, signed.zero]);
  graph.output('y', 'float32', [batch, block.output, block.side, block.side], turned(floats, [0, 3, 1, 2]));
  return graph;
}

/** Milliseconds of the processor for one picture. */
async function processorTime(session: InferenceSession, feeds: Record<string, Tensor>): Promise<number> {
  const until = performance.now() + Number(values.seconds) * 1000;
  const before = process.cpuUsage();
  let pictures = 0;
  while (performance.now() < until) {
    await session.run(feeds);
    pictures += batch;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / pictures;
}

for (const block of BLOCKS) {
  const shape = [batch, block.input, block.side, block.side];
  const spread = Math.sqrt(block.input * block.side ** 2);
  const input = randomTensor('bench', 'x', shape).map((value) => value * spread);
  const feeds = { x: new Tensor('float32', input, shape) };
  const variants = [
    { name: 'float32', graph: floatBlock(block) },
    { name: 'int8, channels first', graph: quantizedBlock(block, false) },
    { name: 'int8, channels last', graph: quantizedBlock(block, true) },
  ];
  const running: { name: string; session: InferenceSession; times: number[]; output: Float32Array }[] = [];
  for (const { name, graph } of variants) {
    const session = await InferenceSession.create(await encodeModel(graph), {
      graphOptimizationLevel: 'all',
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    const { y } = await session.run(feeds);
    running.push({ name, session, times: [], output: Float32Array.from(y?.data as Float32Array) });
  }
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { session, times } of running) times.push(await processorTime(session, feeds));
  }
  console.log(`${block.input} → ${block.hidden} → ${block.output} channels, ${block.side} × ${block.side}`);
  const [first] = running;
  for (const { name, times, output } of running) {
    const ratios = times.map((time, round) => time / (first?.times[round] ?? Number.NaN));
    const likeness = cosine(output, first?.output ?? []).toFixed(4);
    console.log(
      `  ${name.padEnd(21)} ${spreadText(times, 3)} ms a picture, ratio ${spreadText(ratios, 2)}, cosine ${likeness}`,
    );
  }
}
