/** What an instance type with NVIDIA GPUs has, and what it costs. */
export interface GpuInstance {
  readonly gpus: number;
  readonly vcpus: number;
  /** In GiB. */
  readonly memory: number;
  /** On demand, Linux, in us-east-1, in USD. */
  readonly pricePerHour: number;
}

function sized(gpus: number, vcpus: number, memory: number, pricePerHour: number): GpuInstance {
  return { gpus, vcpus, memory, pricePerHour };
}

/**
 * Instance types of EC2 with T4 (g4dn), A10G (g5), L4 (g6) and L40S (g6e) GPUs.
 *
 * Prices are those of AWS's price list of 2026-01-19, as Karpenter's generated table has it; that of g5.xlarge was still
 * the same in June 2026. Other regions have other prices.
 *
 * @see https://github.com/aws/karpenter-provider-aws/blob/main/pkg/providers/pricing/zz_generated.pricing_aws.go
 * @see https://aws.amazon.com/ec2/pricing/on-demand/
 */
export const GPU_INSTANCES = {
  'g4dn.xlarge': sized(1, 4, 16, 0.526),
  'g4dn.2xlarge': sized(1, 8, 32, 0.752),
  'g4dn.4xlarge': sized(1, 16, 64, 1.204),
  'g4dn.8xlarge': sized(1, 32, 128, 2.176),
  'g4dn.12xlarge': sized(4, 48, 192, 3.912),
  'g5.xlarge': sized(1, 4, 16, 1.006),
  'g5.2xlarge': sized(1, 8, 32, 1.212),
  'g5.4xlarge': sized(1, 16, 64, 1.624),
  'g5.8xlarge': sized(1, 32, 128, 2.448),
  'g5.12xlarge': sized(4, 48, 192, 5.672),
  'g5.48xlarge': sized(8, 192, 768, 16.288),
  'g6.xlarge': sized(1, 4, 16, 0.8048),
  'g6.2xlarge': sized(1, 8, 32, 0.9776),
  'g6.4xlarge': sized(1, 16, 64, 1.3232),
  'g6.8xlarge': sized(1, 32, 128, 2.0144),
  'g6.12xlarge': sized(4, 48, 192, 4.6016),
  'g6.48xlarge': sized(8, 192, 768, 13.3504),
  'g6e.xlarge': sized(1, 4, 32, 1.861),
  'g6e.2xlarge': sized(1, 8, 64, 2.24208),
  'g6e.4xlarge': sized(1, 16, 128, 3.00424),
  'g6e.8xlarge': sized(1, 32, 256, 4.52856),
  'g6e.12xlarge': sized(4, 48, 384, 10.49264),
  'g6e.48xlarge': sized(8, 192, 1_536, 30.13118),
} as const satisfies Readonly<Record<string, GpuInstance>>;

export type GpuInstanceType = keyof typeof GPU_INSTANCES;

export const GPU_INSTANCE_TYPES = Object.keys(GPU_INSTANCES) as [GpuInstanceType, ...GpuInstanceType[]];

/** Those with one GPU, as a worker takes it. */
export const SINGLE_GPU_INSTANCE_TYPES = GPU_INSTANCE_TYPES.filter((type) => GPU_INSTANCES[type].gpus === 1);

/** The most that an hour of any of these types costs. */
export function highestPricePerHour(types: readonly GpuInstanceType[]): number {
  return Math.max(...types.map((type) => GPU_INSTANCES[type].pricePerHour));
}
