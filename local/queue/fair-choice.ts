/** Messages of one group that wait for delivery. */
export interface WaitingGroup<Message> {
  /** Messages of the group on loan now. */
  readonly inFlight: number;
  /** Oldest first. */
  readonly messages: readonly Message[];
}

/**
 * Shares one delivery among groups: each next message comes from the group that then has the fewest in flight, the
 * first given among equals. So a burst of one program does not hold up another's single exam, and a lone group gets
 * everything.
 *
 * @param capacity how many messages to choose at most
 * @example
 * chooseFairly([{ inFlight: 8, messages: [1, 2, 3] }, { inFlight: 0, messages: [7, 8] }], 3) // [7, 8, 1]
 */
export function chooseFairly<Message>(
  groups: readonly WaitingGroup<Message>[],
  capacity: number,
): readonly Message[] {
  const taken = groups.map(() => 0);
  const chosen: Message[] = [];
  while (chosen.length < capacity) {
    let best = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [index, group] of groups.entries()) {
      const count = taken[index] ?? 0;
      if (count >= group.messages.length || group.inFlight + count >= fewest) continue;
      best = index;
      fewest = group.inFlight + count;
    }
    const message = groups[best]?.messages[taken[best] ?? 0];
    if (message === undefined) break;
    taken[best] = (taken[best] ?? 0) + 1;
    chosen.push(message);
  }
  return chosen;
}
