/** What a stack has that costs, as its template says. */
export interface StackFacts {
  /** By the folder under functions/. */
  readonly functions: Readonly<Record<string, FunctionFacts>>;
  /** Interface endpoints, each counted in each of its zones. */
  readonly endpointsInZones: number;
  readonly zones: number;
  readonly keys: number;
  /** An alarm by metric math is billed for each metric that it reads. */
  readonly alarmMetrics: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** Clusters of ECS with Container Insights. */
  readonly watchedClusters: number;
  /** Most GPU workers of the service at once, 0 where there is none. */
  readonly gpuWorkers: number;
  /** Days for which lines of logs are kept. */
  readonly logDays: number;
  readonly webFirewalls: number;
}

export interface FunctionFacts {
  /** In GB, as Lambda counts them: 1,024 MB each. */
  readonly memory: number;
  readonly timeoutSeconds: number;
  /** Queues that Lambda polls for it. */
  readonly sources: readonly QueueSource[];
}

export interface QueueSource {
  readonly batchSize: number;
  readonly maxConcurrency: number;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
export type CostedTemplate = { readonly Resources: Readonly<Record<string, Resource>> };

type Properties = Readonly<Record<string, unknown>>;

function ofType({ Resources }: CostedTemplate, type: string): readonly (readonly [string, Properties])[] {
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties = {} }]) => [id, Properties]);
}

function folderOf({ Environment }: Properties): string | undefined {
  const { Variables } = (Environment ?? {}) as { Variables?: { POWERTOOLS_SERVICE_NAME?: string } };
  return Variables?.POWERTOOLS_SERVICE_NAME;
}

function metricsOf({ Metrics }: Properties): number {
  const metrics = (Metrics ?? []) as readonly { MetricStat?: unknown }[];
  return Math.max(1, metrics.filter(({ MetricStat }) => MetricStat !== undefined).length);
}

function functionsOf(template: CostedTemplate): StackFacts['functions'] {
  const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, properties]) => properties);
  const entries = ofType(template, 'AWS::Lambda::Function').flatMap(([id, properties]) => {
    const folder = folderOf(properties);
    if (folder === undefined) return [];
    const sources = mappings
      .filter(({ FunctionName }) => (FunctionName as { Ref?: string }).Ref === id)
      .map(({ BatchSize, ScalingConfig }) => ({
        batchSize: Number(BatchSize ?? 10),
        maxConcurrency: Number(
          (ScalingConfig as { MaximumConcurrency?: number })?.MaximumConcurrency ?? 1_000,
        ),
      }));
    const facts = {
      memory: Number(properties.MemorySize ?? 128) / 1_024,
      timeoutSeconds: Number(properties.Timeout ?? 3),
      sources,
    };
    return [[folder, facts] as const];
  });
  return Object.fromEntries(entries);
}

/** Reads a synthesised template. @example factsOf(template).endpointsInZones // 14 */
export function factsOf(template: CostedTemplate): StackFacts {
  const count = (type: string) => ofType(template, type).length;
  const zones = count('AWS::EC2::Subnet');
  const interfaces = ofType(template, 'AWS::EC2::VPCEndpoint').filter(
    ([, { VpcEndpointType }]) => VpcEndpointType === 'Interface',
  );
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
  const watched = ofType(template, 'AWS::ECS::Cluster').filter(([, { ClusterSettings }]) =>
    ((ClusterSettings ?? []) as { Value?: string }[]).some(({ Value }) => Value?.startsWith('en') === true),
  );
  const groups = ofType(template, 'AWS::AutoScaling::AutoScalingGroup');
  const days = ofType(template, 'AWS::Logs::LogGroup').map(([, { RetentionInDays }]) =>
    Number(RetentionInDays),
  );
  return {
    functions: functionsOf(template),
    endpointsInZones: interfaces.reduce(
      (sum, [, { SubnetIds }]) => sum + ((SubnetIds ?? []) as unknown[]).length,
      0,
    ),
    zones,
    keys: count('AWS::KMS::Key'),
    alarmMetrics: alarms.reduce((sum, [, properties]) => sum + metricsOf(properties), 0),
    alarms: alarms.length,
    dashboards: count('AWS::CloudWatch::Dashboard'),
    watchedClusters: watched.length,
    gpuWorkers: groups.reduce((sum, [, { MaxSize }]) => sum + Number(MaxSize), 0),
    logDays: Math.max(0, ...days),
    webFirewalls: count('AWS::WAFv2::WebACL'),
  };
}
