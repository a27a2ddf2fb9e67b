import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { InvalidInputError } from '../../core/errors.ts';

/** A webhook must not be sent there. Trying again cannot help. */
export class ForbiddenAddressError extends InvalidInputError {}

/** IPv6 addresses that are given out to the public internet (IANA). What lies beside may carry an IPv4 address in it. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_BITS = 3;
/** Names that no public name server answers: RFC 6761, 6762, 8375, and ICANN's reserved `internal`. */
const PRIVATE_ZONES = ['localhost', 'local', 'internal', 'home.arpa'];

/** Whether the lower half of an address is an IPv4 address in ISATAP's form (RFC 5214). */
function carriesIpv4({ parts }: ipaddr.IPv6): boolean {
  const [, , , , first = 0, second] = parts;
  return (first & ~0x200) === 0 && second === 0x5efe;
}

/**
 * `true` for addresses of the public internet: no private, loopback, link-local or reserved ones, however written, and
 * none in whose bits such a one may be hidden: IPv4-mapped and IPv4-compatible ones, 6to4, Teredo, NAT64, ISATAP.
 *
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv4) return true;
  return parsed.match(GLOBAL_UNICAST, GLOBAL_UNICAST_BITS) && !carriesIpv4(parsed);
}

function forbidden(host: string): ForbiddenAddressError {
  return new ForbiddenAddressError(
    `The webhook's host "${host}" is not on the public internet: it is not called. Change the webhook's URL.`,
  );
}

/**
 * Resolves names as usual, but refuses those with any address that is not public. It is asked by the connection itself,
 * so a name cannot resolve to one address for the check and to another for the call.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, []);
    if (addresses.some(({ address }) => !isPublicAddress(address))) return callback(forbidden(hostname), []);
    const [first] = addresses;
    if (options.all || first === undefined) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

/**
 * Checks a webhook's URL before anything is sent: https, no credentials, no address that is not public.
 *
 * @throws ForbiddenAddressError
 */
export function checkWebhookUrl(text: string): URL {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (url.protocol !== 'https:')
    throw new ForbiddenAddressError(`A webhook's URL begins with https://, not ${url.protocol}//.`);
  if (url.username !== '' || url.password !== '') {
    throw new ForbiddenAddressError(
      "A webhook's URL carries no user name or password: the signature proves the sender.",
    );
  }
  const isPrivateName =
    !host.includes('.') || PRIVATE_ZONES.some((zone) => host === zone || host.endsWith(`.${zone}`));
  if (isIP(host) === 0 ? isPrivateName : !isPublicAddress(host)) throw forbidden(host);
  return url;
}
