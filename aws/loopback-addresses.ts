const PATH = '/signed-in';

/**
 * Where a browser comes back to after a person has signed in for the command line, on that person's own machine. A user
 * pool takes whole addresses only, so the ports are fixed; they are tried in turn, as another program may have one.
 */
export const LOOPBACK_PORTS = [47_821, 47_822, 47_823] as const;

/** @param port of the loopback interface @example loopbackAddress(47_821) // 'http://127.0.0.1:47821/signed-in' */
export function loopbackAddress(port: number): string {
  return `http://127.0.0.1:${port}${PATH}`;
}

export const LOOPBACK_ADDRESSES = LOOPBACK_PORTS.map(loopbackAddress);
