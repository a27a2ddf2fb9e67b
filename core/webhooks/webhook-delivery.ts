import type { DomainEvent } from '../messages/domain-event.ts';

/** Seconds before the second attempt, the third and so on; the last again and again. A queue delays no longer. */
const PAUSES = [5, 30, 120, 300, 900] as const;
/** With the pauses about six hours: longer than a receiver's deployment or a night's maintenance takes. */
export const DELIVERY_ATTEMPTS = 28;

/** How long to wait after a failed attempt. */
export function pauseAfter(attempt: number): number {
  return PAUSES[Math.min(attempt, PAUSES.length) - 1] ?? 900;
}

/** The same for every attempt and endpoint: a receiver drops what it has seen. */
export function webhookId(event: DomainEvent): string {
  return `${event.type}.${event.id}`;
}

/** What is sent. @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function webhookBody(event: DomainEvent): string {
  const { type, at, ...data } = event;
  return JSON.stringify({ type, timestamp: at, data });
}
