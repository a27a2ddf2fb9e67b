import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkWebhookUrl, ForbiddenAddressError, isPublicAddress } from './address-guard.ts';

describe('the guard of addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    'fe80::1',
    'fc00::1',
    '::ffff:10.0.0.1',
    '::',
    'not an address',
  ])('knows that %s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('knows that %s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    'http://example.org/',
    'https://localhost/',
    'https://app.localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:192.168.0.1]/',
    'https://user:secret@example.org/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:0:10.0.0.1]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://[64:ff9b:1::169.254.169.254]/',
    'https://[2002:7f00:1::]/',
    'https://[2606:4700::5efe:127.0.0.1]/',
    'https://[2606:4700::200:5efe:127.0.0.1]/',
    'https://[fec0::1]/',
    'https://[4000::1]/',
    'https://017700000001/',
    'https://127.1/',
    'https://①②⑦.0.0.1/',
    'https://127.0.0.1./',
    'https://localhost./',
    'https://app.localhost./',
    'https://printer.local/',
    'https://api.internal/',
    'https://router/',
  ])('refuses %s', (address) => {
    expect(() => checkWebhookUrl(address)).toThrow(ForbiddenAddressError);
  });

  it('refuses any IPv6 address in whose bits a private IPv4 address lies, by the forms that standards give it', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(0), octet, octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    );
    fc.assert(
      fc.property(inside, ([a, b, c, d]) => {
        const hex = [(a << 8) | b, (c << 8) | d].map((part) => part.toString(16)).join(':');
        const forms = ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '2606:4700::5efe:'];
        for (const address of [
          ...forms.map((form) => `${form}${hex}`),
          `2002:${hex}::1`,
          `2001:0:${hex}::1`,
        ]) {
          expect(isPublicAddress(address), address).toBe(false);
          expect(() => checkWebhookUrl(`https://[${address}]/`)).toThrow(ForbiddenAddressError);
        }
      }),
    );
  });

  it('takes a public one', () => {
    expect(checkWebhookUrl('https://example.org/hook').href).toBe('https://example.org/hook');
  });
});
