import type { ObjectStoreCapability } from '../conformance/object-store/index.ts';
import type { QueueCapability } from '../conformance/work-queue/index.ts';

/** What ministack lacks of what the ports' suites test: its probes must find just this. */
export const MINISTACK_LACKS: readonly (ObjectStoreCapability | QueueCapability)[] = [
  'fairness',
  'ranges',
  'repeated-deletion',
  'retention',
];

/** What of it no emulator of AWS has: the suites show it on one machine, and SQS promises it. */
export const NO_EMULATOR_HAS: readonly QueueCapability[] = ['fairness', 'retention'];
