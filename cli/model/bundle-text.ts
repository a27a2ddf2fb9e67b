import type { Bundle } from '../../model/bundle/index.ts';
import { colours as pc } from '../terminal/colours.ts';
import { cardText } from './card-text.ts';
import { costLines } from './cost-text.ts';
import { precisionLines } from './verification-text.ts';

/** A size as a person reads it. */
export function sizeText(bytes: number): string {
  return bytes < 1 << 20 ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function visionText(vision: Bundle['manifest']['geometry']['vision']): string {
  switch (vision.kind) {
    case 'vit':
      return `ViT, ${vision.layers} layers × ${vision.width}, ${vision.heads} heads of ${vision.width / vision.heads}, patch ${vision.patchSize}, ${vision.activation ?? 'quick-gelu'}`;
    case 'mbconv':
      return `MBConv, ${vision.blocks.length} blocks, ${vision.stem} to ${vision.pooled} channels`;
    case 'resnet':
      return `ResNet, ${vision.layers.join('-')} bottlenecks × ${vision.width}, ${vision.heads} heads`;
  }
}

/** What a bundle is, for a terminal. */
export function bundleText(bundle: Bundle): string {
  const { manifest, heads, policies } = bundle;
  const { id, name, geometry, preprocessing, contextLength, logitScales, detector, provenance } = manifest;
  const { vision, text, embedding } = geometry;
  const rows: [string, string][] = [
    ['id', id],
    ['trained', manifest.trained ? 'yes' : pc.yellow('NO: random weights, findings mean nothing')],
    ['vision', `${visionText(vision)}, ${vision.imageSize} px`],
    [
      'text',
      `BERT, ${text.layers} layers × ${text.width}, ${text.heads} heads of ${text.width / text.heads}, ${text.vocabulary} entries, ${text.positions} positions`,
    ],
    ['embedding', `${embedding} channels`],
    ...(provenance.assumptions ?? []).map((assumption): [string, string] => [
      'assumed',
      pc.yellow(assumption),
    ]),
    [
      'logit scale',
      Object.entries(logitScales)
        .map(([level, scale]) => `${level} ${scale.toFixed(2)}`)
        .join(', '),
    ],
    ['preparation', `${preprocessing.id}, context ${contextLength} tokens`],
    [
      'heads',
      heads.map((head) => `${head.name} (${head.labels.length} labels of ${head.feature})`).join(', ') ||
        'none',
    ],
    ['policies', policies.map((policy) => policy.name).join(', ') || 'none'],
    [
      'detector',
      detector === undefined
        ? 'none: left and right eyes are not told apart'
        : `left from right eyes, contradicts a label at ${detector.lateralityThreshold.toFixed(3)} or more`,
    ],
    ...precisionLines(bundle).map((line, index): [string, string] => [index === 0 ? 'precisions' : '', line]),
    ...costLines(bundle).map((line, index): [string, string] => [index === 0 ? 'cost' : '', line]),
    [
      'checkpoint',
      `${provenance.checkpoint}, ${provenance.storedType}, sha256 ${provenance.checkpointSha256.slice(0, 16)}…`,
    ],
    ...Object.entries(manifest.files).map(([file, { bytes }], index): [string, string] => [
      index === 0 ? 'files' : '',
      `${file.padEnd(20)} ${sizeText(bytes)}`,
    ]),
    ['use', manifest.intendedUse],
    ['card', manifest.card === null ? 'none' : 'below'],
  ];
  const lines = rows.map(([label, value]) => `  ${pc.dim(label.padEnd(12))} ${value}`);
  return [pc.bold(name), ...lines, ...(manifest.card === null ? [] : ['', cardText(manifest.card)])].join(
    '\n',
  );
}
