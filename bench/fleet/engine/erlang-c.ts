/**
 * Erlang's C: the share of those who come that have to wait, where they come at random to some servers that each take a random
 * time.
 *
 * @param load arrivals a second × mean seconds of service, below the number of servers
 * @see Erlang, A. K. (1917), Solution of some problems in the theory of probabilities of significance in automatic telephone
 *   exchanges
 * @example erlangC(2, 1) // 1/3
 */
export function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) blocked = (load * blocked) / (count + load * blocked);
  return (servers * blocked) / (servers - load * (1 - blocked));
}

/** Mean wait, in seconds, of all who come. */
export function erlangWait(servers: number, load: number, serviceSeconds: number): number {
  return (erlangC(servers, load) * serviceSeconds) / (servers - load);
}
