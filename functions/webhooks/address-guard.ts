import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { InvalidInputError } from '../../core/errors.ts';

/** A webhook must not be sent there. Trying again cannot help. */
export class ForbiddenAddressError extends InvalidInputError {}

/** `true` for addresses of the public internet: no private, loopback, link-local or reserved ones, however written. */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
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
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:')
    throw new ForbiddenAddressError(`A webhook's URL begins with https://, not ${url.protocol}//.`);
  if (url.username !== '' || url.password !== '') {
    throw new ForbiddenAddressError(
      "A webhook's URL carries no user name or password: the signature proves the sender.",
    );
  }
  if (
    (ipaddr.isValid(host) && !isPublicAddress(host)) ||
    host === 'localhost' ||
    host.endsWith('.localhost')
  ) {
    throw forbidden(host);
  }
  return url;
}
