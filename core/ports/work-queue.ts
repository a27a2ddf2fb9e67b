/** A message to send. */
export interface OutgoingMessage {
  /** At most 256 KiB of UTF-8 with the attributes. */
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** 0 to 900: not delivered before. */
  readonly delaySeconds?: number;
  /** Share messages of a burst fairly: those of one group do not hold up another's. */
  readonly group?: string;
}

/** A message on loan: it comes back unless it is deleted before its visibility timeout ends. */
export interface ReceivedMessage {
  readonly id: string;
  /** Names this one delivery. An older delivery's receipt no longer deletes, extends or releases. */
  readonly receipt: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Deliveries so far, this one included. */
  readonly receiveCount: number;
  readonly sentAt: Date;
}

export interface ReceiveOptions {
  /** 1 to 10. */
  readonly maxMessages: number;
  /** 0 to 20: how long to wait for the first message. */
  readonly waitSeconds: number;
  /** How long the messages stay invisible to others; the queue's own timeout by default. */
  readonly visibilitySeconds?: number;
  readonly signal?: AbortSignal;
}

/** Messages that could not be handled, by receipt, and why. */
export interface ReceiptFailure {
  readonly receipt: string;
  readonly reason: string;
}

/** Approximate in a distributed queue. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/**
 * An at-least-once queue with visibility timeouts, delays and dead-lettering after a number of receives: what SQS
 * calls a standard queue. Order is not promised.
 */
export interface WorkQueue {
  readonly name: string;
  /** Sends all, in as few calls as it takes. @throws if any could not be stored; then some may be stored. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  /** @returns up to `maxMessages`, or none when the wait is over or the signal aborts */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;
  /** Heartbeat: the timeout starts again from now. @returns the receipts that no longer hold their message */
  extend(receipts: readonly string[], visibilitySeconds: number): Promise<readonly ReceiptFailure[]>;
  /** @returns the receipts that no longer hold their message; deleting a deleted message succeeds */
  delete(receipts: readonly string[]): Promise<readonly ReceiptFailure[]>;
  /** Hands messages back at once; others may receive them. */
  release(receipts: readonly string[]): Promise<readonly ReceiptFailure[]>;
  depth(): Promise<QueueDepth>;
}
