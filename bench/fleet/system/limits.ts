/** A limit that AWS publishes. */
export interface Limit {
  readonly limit: number;
  readonly unit: string;
  readonly source: string;
}

function published(limit: number, unit: string, source: string): Limit {
  return { limit, unit, source };
}

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html';
const PARTITIONS =
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';

/** Limits by what they are of. */
export const LIMITS = {
  s3Puts: published(3_500, 'PUT, POST and LIST a second and prefix', S3),
  s3Gets: published(5_500, 'GET and HEAD a second and prefix', S3),
  partitionWrites: published(1_000, 'write units a second and partition', PARTITIONS),
  partitionReads: published(3_000, 'read units a second and partition', PARTITIONS),
  newTableWrites: published(
    4_000,
    'write units a second of a new table on demand; twice its former peak later',
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html',
  ),
  tableWrites: published(
    40_000,
    'write units a second and table, by the default quota',
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html',
  ),
  inFlight: published(
    120_000,
    'messages of a queue on loan',
    'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html',
  ),
  concurrency: published(1_000, 'calls at once in an account, by the default quota', LAMBDA),
  newAccountConcurrency: published(10, 'calls at once in a new account', LAMBDA),
  firstPollers: published(
    5,
    'calls at once with which a queue begins',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html',
  ),
  morePollers: published(
    300,
    'calls at once more in each minute',
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html',
  ),
  metricsDelay: published(
    15 * 60,
    'seconds at most until a queue that was not used reports again',
    'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html',
  ),
} as const;

/** How often Spot instances are reclaimed, as shares in a month. */
export const RECLAIMED = {
  /** Of all Spot instances that a broker has seen. */
  usual: { share: 0.05, source: 'https://www.nops.io/blog/aws-spot-facts/' },
  /** The Spot Instance Advisor's range of GPU types, at its worst known. */
  scarce: {
    share: 0.2,
    source: 'https://cloudprice.app/blog/spot-instance-economics-when-interruption-fine',
  },
} as const;

/** How often an instance is reclaimed in an hour. @param share of the instances that is reclaimed in a month */
export function reclaimsPerHour(share: number): number {
  return -Math.log(1 - share) / 730;
}

/** What a GPU worker goes through before its first exam, in seconds from and to. Assumed after what others saw. */
export const COLD_START = {
  instance: [60, 180],
  image: [60, 150],
  model: [10, 30],
  source: 'https://tensorfuse.io/blog/gpu-containers-cold-start',
} as const;
