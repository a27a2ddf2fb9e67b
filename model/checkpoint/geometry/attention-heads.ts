import type { Evidence } from './evidence.ts';

/** What no tensor tells of a checkpoint and its owner does. A number of heads changes features and no shape. */
export interface ToldGeometry {
  /** Attention heads of the vision tower; needed unless its sizes are a published configuration's. */
  readonly visionHeads?: number;
  /** Attention heads of the text tower. */
  readonly textHeads?: number;
  /** Activation of a vision transformer's perceptrons: QuickGELU, as the reference code has it, unless told. */
  readonly visionActivation?: 'gelu';
}

/** Sizes of a published tower, and how many heads its configuration gives it. */
interface KnownTower {
  readonly name: string;
  readonly width: number;
  /** Residual blocks; of a residual network the bottlenecks of its four stages. */
  readonly layers: string;
  /** Sides of a patch; left out where there is none. */
  readonly patches?: readonly number[];
  readonly heads: number;
}

/**
 * Vision transformers by width, layers and patch.
 *
 * Source: `model_configs` of sStonemason/RET-CLIP and OFA-Sys/Chinese-CLIP (`vision_head_width`, 64 unless given), of
 * mlfoundations/open_clip (`head_width`), and openai/CLIP (width / 64).
 */
const VISION_TRANSFORMERS: readonly KnownTower[] = [
  { name: 'ViT-S', width: 384, layers: '12', patches: [8, 16, 32], heads: 6 },
  { name: 'ViT-M', width: 512, layers: '12', patches: [16, 32], heads: 8 },
  { name: 'ViT-B', width: 768, layers: '12', patches: [16, 32], heads: 12 },
  { name: 'ViT-L', width: 1024, layers: '24', patches: [14, 16], heads: 16 },
  { name: 'ViT-H', width: 1280, layers: '32', patches: [14, 16], heads: 16 },
  { name: 'ViT-g', width: 1408, layers: '40', patches: [14], heads: 16 },
  { name: 'ViT-bigG', width: 1664, layers: '48', patches: [14], heads: 16 },
  { name: 'ViT-e', width: 1792, layers: '56', patches: [14], heads: 16 },
  /** The small checkpoint that the reference code's features are known of. */
  { name: 'ret-clip-tiny', width: 128, layers: '3', patches: [32], heads: 2 },
];

/** ResNets by width and bottlenecks. Source: as above; 32 · width / 64 heads read the last stage. */
const RESIDUAL_NETWORKS: readonly KnownTower[] = [
  { name: 'RN50', width: 64, layers: '3-4-6-3', heads: 32 },
  { name: 'RN101', width: 64, layers: '3-4-23-3', heads: 32 },
  { name: 'RN50x4', width: 80, layers: '4-6-10-6', heads: 40 },
  { name: 'RN50x16', width: 96, layers: '6-8-18-8', heads: 48 },
  { name: 'RN50x64', width: 128, layers: '3-15-36-10', heads: 64 },
];

/** Text towers by width and layers. Source: `text_num_attention_heads` of RET-CLIP's and Chinese-CLIP's configurations. */
const TEXT_TOWERS: readonly KnownTower[] = [
  { name: 'RoBERTa-wwm-ext-base', width: 768, layers: '12', heads: 12 },
  { name: 'RoBERTa-wwm-ext-large', width: 1024, layers: '24', heads: 16 },
  { name: 'RBT3', width: 768, layers: '3', heads: 12 },
  /** This project's own: `training/configurations/default.json`. */
  { name: 'default', width: 128, layers: '3', heads: 2 },
  { name: 'ret-clip-tiny', width: 128, layers: '2', heads: 2 },
];

/** Width of a head in every text tower above. */
const TEXT_HEAD_WIDTH = 64;

/** A number of heads, and what a person should know of how it was found. */
export interface FoundHeads {
  readonly heads: number;
  /** Empty where a published configuration says it, or its owner does and no configuration objects. */
  readonly assumptions: readonly string[];
}

/** One tower whose heads are asked for. */
interface Tower {
  /** `vision`, `text`: names its option, `--vision-heads`. */
  readonly what: 'vision' | 'text';
  /** Channels that the heads share. */
  readonly attended: number;
  readonly width: number;
  readonly layers: string;
  readonly patch?: number;
}

function sizesText({ width, attended, layers, patch }: Tower): string {
  const sizes = `width ${width}, ${layers} layers`;
  if (attended !== width) return `${sizes}, ${attended} channels that are attended`;
  return patch === undefined ? sizes : `${sizes}, patch ${patch}`;
}

function knownTower(tower: Tower, towers: readonly KnownTower[]): KnownTower | undefined {
  return towers.find(
    ({ width, layers, patches }) =>
      width === tower.width &&
      layers === tower.layers &&
      (patches === undefined || (tower.patch !== undefined && patches.includes(tower.patch))),
  );
}

function divisors(attended: number): string {
  const usual = [32, 48, 64, 80, 88, 96, 104, 112, 128].filter((width) => attended % width === 0);
  const examples = usual.map((width) => `${attended / width} (${width} channels each)`).slice(0, 4);
  return examples.length === 0 ? '' : `, such as ${examples.join(', ')}`;
}

/** @throws UntoldGeometryError if the heads do not share the channels evenly */
function toldHeads(
  evidence: Evidence,
  tower: Tower,
  told: number,
  known: KnownTower | undefined,
): FoundHeads {
  const { what, attended } = tower;
  if (!Number.isInteger(told) || told < 1 || attended % told !== 0) {
    throw evidence.untold(
      `--${what}-heads ${told} does not divide the ${attended} channels that the ${what} tower's heads share. Give a divisor${divisors(attended)}`,
    );
  }
  const other = known !== undefined && known.heads !== told;
  return {
    heads: told,
    assumptions: other
      ? [`${what} heads: ${told} as told, though ${known.name} (${sizesText(tower)}) has ${known.heads}`]
      : [],
  };
}

/** @throws UntoldGeometryError naming the width and what to give, if nothing tells the number */
function visionHeadsOf(
  evidence: Evidence,
  tower: Tower,
  towers: readonly KnownTower[],
  told: number | undefined,
): FoundHeads {
  const known = knownTower(tower, towers);
  if (told !== undefined) return toldHeads(evidence, tower, told, known);
  if (known !== undefined) return { heads: known.heads, assumptions: [] };
  throw evidence.untold(
    `nothing in it tells how many attention heads its vision tower has (${sizesText(tower)}: no published configuration). Another number gives other features. Give the number that it was trained with: --vision-heads N${divisors(tower.attended)}`,
  );
}

/** Heads of a vision transformer: by a published configuration, or as told. @throws UntoldGeometryError */
export function transformerHeads(
  evidence: Evidence,
  sizes: { readonly width: number; readonly layers: number; readonly patchSize: number },
  { visionHeads }: ToldGeometry,
): FoundHeads {
  const { width, layers, patchSize } = sizes;
  const tower: Tower = { what: 'vision', attended: width, width, layers: String(layers), patch: patchSize };
  return visionHeadsOf(evidence, tower, VISION_TRANSFORMERS, visionHeads);
}

/** Heads of a ResNet's pooling attention. @throws UntoldGeometryError */
export function poolingHeads(
  evidence: Evidence,
  sizes: { readonly width: number; readonly layers: readonly number[]; readonly attended: number },
  { visionHeads }: ToldGeometry,
): FoundHeads {
  const { width, layers, attended } = sizes;
  const tower: Tower = { what: 'vision', attended, width, layers: layers.join('-') };
  return visionHeadsOf(evidence, tower, RESIDUAL_NETWORKS, visionHeads);
}

/**
 * Heads of the text tower. All that RET-CLIP's configurations offer are 64 channels wide: another tower whose width
 * allows it is read so, and that is said.
 *
 * @throws UntoldGeometryError naming the width and what to give, if nothing tells the number
 */
export function textHeads(
  evidence: Evidence,
  sizes: { readonly width: number; readonly layers: number },
  told: ToldGeometry,
): FoundHeads {
  const { width, layers } = sizes;
  const tower: Tower = { what: 'text', attended: width, width, layers: String(layers) };
  const known = knownTower(tower, TEXT_TOWERS);
  if (told.textHeads !== undefined) return toldHeads(evidence, tower, told.textHeads, known);
  if (known !== undefined) return { heads: known.heads, assumptions: [] };
  if (width % TEXT_HEAD_WIDTH !== 0) {
    throw evidence.untold(
      `nothing in it tells how many attention heads its text tower has (${sizesText(tower)}: no published configuration, and no multiple of ${TEXT_HEAD_WIDTH}). Give the number that it was trained with: --text-heads N${divisors(width)}`,
    );
  }
  const heads = width / TEXT_HEAD_WIDTH;
  return {
    heads,
    assumptions: [
      `text heads: ${heads} of ${TEXT_HEAD_WIDTH} channels, as RET-CLIP's text towers have them; ${sizesText(tower)} is no published configuration. If it was trained with another number: --text-heads N`,
    ],
  };
}
