import { awsHome } from '../../aws/home.ts';
import { settleShard } from '../../core/jobs/shards/settle-shard.ts';
import { Configuration } from '../../core/programs/configuration.ts';

/** Writes the first shard of a job to its exams, and tells `run.ts` what it cost this process. */
const [program = '', job = ''] = process.argv.slice(2);
const home = awsHome(process.env);
const message = { schema: 'shard-rescored/1', program, job, shard: 0 } as const;
const before = process.cpuUsage();
const began = performance.now();
const exams = await settleShard(home, new Configuration(home.objects), message, () => new Date());
const seconds = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(before);
const megabytes = process.memoryUsage().rss / 2 ** 20;
const measured: Measured = { exams, processorSeconds: (user + system) / 1e6, seconds, megabytes };
process.send?.(measured);
await home.close();
process.disconnect?.();

/** What one shard took, as the process that wrote it tells the one that started it. */
export interface Measured {
  readonly exams: number | null;
  readonly processorSeconds: number;
  /** By the clock. */
  readonly seconds: number;
  readonly megabytes: number;
}
