import type { Node } from 'constructs';
import { z } from 'zod';
import { LANE_SETTINGS } from '../core/lanes/lane.ts';
import { GPU_INSTANCE_TYPES, SINGLE_GPU_INSTANCE_TYPES } from './batch/gpu-instances.ts';
import { BACKUP_LOCKS } from './storage/backups.ts';

const list = z
  .string()
  .min(1)
  .transform((text) => text.split(',').map((item) => item.trim()));

/** An image in the account's own ECR. */
const imageTag = z.string().regex(/^[a-z0-9][a-z0-9._/-]*:[\w][\w.-]*$/, 'Expected repository:tag');

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** What a deployment may choose, each by `-c name=value` or under `context` in cdk.json. */
const settingsSchema = z.object({
  /** Issuer of the tokens that the API accepts. Without it the stack makes a Cognito user pool. */
  jwtIssuer: z.url({ protocol: /^https$/ }).optional(),
  /** Audiences of those tokens, separated by commas. */
  jwtAudience: list.optional(),
  /** What stands before each scope in those tokens. Without it, `retclip/` may stand there or nothing. */
  jwtScopePrefix: z
    .string()
    .regex(/^[!#-[\]-~]*$/, 'Expected what a scope may hold')
    .optional(),
  /** Where alarms are sent. Without it they are only shown. */
  alarmEmail: z.email().optional(),
  /** `repository:tag` in the account's own ECR. Without it the image is built from gpu-worker/Dockerfile. */
  workerImage: imageTag.optional(),
  /** The same for the function that opens photographs, from functions/prepare/Dockerfile. */
  prepareImage: imageTag.optional(),
  /** The same for the function of the live lane, from functions/screen/Dockerfile. */
  screenImage: imageTag.optional(),
  /** The same for the search function; without it the image is built from functions/search/Dockerfile. */
  searchImage: imageTag.optional(),
  /** The same for the re-scoring worker, from rescore-worker/Dockerfile. */
  rescoreImage: imageTag.optional(),
  /** Most calls at once that open photographs which have just come, of two processors each. */
  maxPreparations: whole(2, 1_000).default(20),
  /** Most calls at once that open photographs for jobs: these need a quota of Lambda beside all others. */
  maxBulkPreparations: whole(2, 1_000).default(50),
  /** What screens new exams: a function, GPU workers, or what suits the active model. Without GPU workers, the function. */
  screeningLane: z.enum(LANE_SETTINGS).default('auto'),
  /** Most calls of the live lane at once, of two processors each. */
  maxLiveScreenings: whole(2, 1_000).default(10),
  /** GPU instances with one GPU and at least 16 GiB, the preferred first. */
  gpuInstanceTypes: list
    .pipe(z.array(z.enum(SINGLE_GPU_INSTANCE_TYPES)))
    .default(['g6.xlarge', 'g5.xlarge', 'g4dn.xlarge']),
  /** What an hour of a GPU instance costs here, in USD, for the costs that jobs tell. */
  gpuPricePerHour: z.coerce.number().positive().optional(),
  /** How much of the capacity is on demand, in percent; the rest is Spot. */
  onDemandPercentage: whole(0, 100).default(0),
  /** Most GPU workers at once. */
  maxWorkers: whole(1, 18).default(4),
  /** GPU workers of jobs on demand: where Spot has none, or all that it may have are busy. 0: jobs wait for Spot. */
  onDemandJobWorkers: whole(0, 18).default(1),
  /** Most re-scoring workers at once, of one processor each. */
  maxRescoreWorkers: whole(1, 64).default(8),
  /** Exams that wait, for each worker. Chosen by simulation, as `maxWorkers` is: docs/scale.md. */
  backlogPerWorker: whole(1, 1_000_000).default(2_000),
  /** How many instances a run of the training takes; 0: the stack has no training. */
  trainingNodes: whole(0, 16).default(0),
  /** The instances of a training, with one GPU or several. */
  trainingInstanceType: z.enum(GPU_INSTANCE_TYPES).default('g6.12xlarge'),
  /** Which of the network's two zones they are in: not every zone has every type. */
  trainingZone: whole(1, 2).default(1),
  /** The image of the training, from training/Dockerfile. */
  trainingImage: imageTag.optional(),
  /** `cheap`: as little as screens costs when idle. It sets `zones` and `gpuService`, unless these are given. */
  profile: z.enum(['standard', 'cheap']).default('standard'),
  /** Zones that the network spans; each has its endpoints, which are billed by the hour. By the profile: 2 or 1. */
  zones: whole(1, 2).optional(),
  /** Whether there are GPU workers, and what jobs run on. By the profile: on or off. */
  gpuService: z.enum(['on', 'off']).optional(),
  /** Who may take the lock of the backups off: people with that right, or, three days after the deployment, no one at all. */
  backupLock: z.enum(BACKUP_LOCKS).default('governance'),
  /** How long a replaced or deleted photograph's version is kept, in days. Results name versions. */
  replacedVersionDays: whole(180, 36_500).default(3_650),
});
/** What a deployment may name. */
export const SETTING_NAMES = Object.keys(settingsSchema.shape);

const deploymentSettingsSchema = settingsSchema
  .refine((settings) => (settings.jwtIssuer === undefined) === (settings.jwtAudience === undefined), {
    message: 'Expected jwtIssuer and jwtAudience together or neither',
  })
  .refine((settings) => settings.jwtScopePrefix === undefined || settings.jwtIssuer !== undefined, {
    message: "jwtScopePrefix is for an issuer of your own: the user pool's is pinned",
  })
  .transform((settings) => ({
    ...settings,
    zones: settings.zones ?? (settings.profile === 'cheap' ? 1 : 2),
    gpuService: settings.gpuService ?? (settings.profile === 'cheap' ? 'off' : 'on'),
  }))
  .refine(({ gpuService, screeningLane }) => gpuService === 'on' || screeningLane !== 'gpu', {
    message: 'screeningLane is gpu, and there are no GPU workers: set gpuService to on',
  })
  .transform((settings) => ({
    ...settings,
    screeningLane: settings.gpuService === 'off' ? ('live' as const) : settings.screeningLane,
  }))
  .refine(({ zones, trainingZone }) => trainingZone <= zones, {
    message: 'trainingZone is one of the network: set zones to 2',
  })
  .refine(({ gpuService, trainingNodes }) => gpuService === 'on' || trainingNodes === 0, {
    message: 'A training needs what GPU workers need of the network: set gpuService to on',
  });
export type DeploymentSettings = Readonly<z.infer<typeof deploymentSettingsSchema>>;

/**
 * Reads the settings of a deployment from the construct tree's context.
 *
 * @throws Error naming the setting at fault
 * @example readSettings(app.node).maxWorkers // 4
 */
export function readSettings(node: Pick<Node, 'tryGetContext'>): DeploymentSettings {
  const given = SETTING_NAMES.map((name) => [name, node.tryGetContext(name)]);
  const parsed = deploymentSettingsSchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    throw new SettingsError(
      `The deployment's settings are not valid. ${z.prettifyError(parsed.error)} Give them by -c name=value; docs/deploy.md lists them.`,
    );
  }
  return parsed.data;
}

/** A deployment's settings cannot be understood. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
