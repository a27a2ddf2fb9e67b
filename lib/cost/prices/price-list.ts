import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { UnknownRegionError } from '../errors.ts';

const priceSchema = z.strictObject({
  /** Of one unit. */
  usd: z.number().nonnegative(),
  unit: z.string().min(1),
  source: z.url(),
  /** When it was read there, as far as that is known. */
  read: z.string().regex(/^\d{4}(-\d{2}){0,2}$/),
  /** Whether it stands in AWS's price list or how else it is known. */
  how: z.string().min(1),
});

const PRICE_NAMES = [
  ...(['s3Put', 's3Get', 's3Standard', 's3InfrequentTier', 's3TieringObject'] as const),
  ...(['sqsRequest', 'event', 'apiRequest', 'lambdaRequest', 'lambdaArmSecond'] as const),
  ...(['dynamoWrite', 'dynamoRead', 'dynamoStorage', 'dynamoRecovery', 'dynamoBackup'] as const),
  ...(['keyMonth', 'alarmMetric', 'dashboard', 'metric'] as const),
  ...(['logIngest', 'logStorage', 'trace', 'endpointHour'] as const),
  ...(['vectorPut', 'vectorStorage', 'gpuHour', 'gpuSpotShare', 'diskMonth', 'userMonth'] as const),
] as const;
export type PriceName = (typeof PRICE_NAMES)[number];

const priceListSchema = z.strictObject({
  schema: z.literal('prices/1'),
  region: z.string(),
  currency: z.literal('USD'),
  prices: z.record(z.enum(PRICE_NAMES), priceSchema),
});

export type Price = Readonly<z.infer<typeof priceSchema>>;
export type PriceList = Readonly<z.infer<typeof priceListSchema>>;

/** Regions whose prices are at hand. */
export const PRICED_REGIONS = ['us-east-1', 'eu-central-1'] as const;

/**
 * List prices of a region, without any free tier, discount or tax.
 *
 * @throws UnknownRegionError naming the regions that there are
 * @example readPrices('eu-central-1').prices.endpointHour.usd // 0.012
 */
export function readPrices(region: string): PriceList {
  if (!PRICED_REGIONS.some((known) => known === region)) {
    throw new UnknownRegionError(
      `There are no prices of region ${region}. There are those of ${PRICED_REGIONS.join(' and ')}; add lib/cost/prices/${region}.json for yours.`,
    );
  }
  return priceListSchema.parse(JSON.parse(readFileSync(new URL(`${region}.json`, import.meta.url), 'utf8')));
}
