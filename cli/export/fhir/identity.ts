import { createHash } from 'node:crypto';
import type { FhirResource, Identifier, Reference } from 'fhir/r4.js';
import type { ResultLine } from '../../../core/reviews/result-line.ts';

/** A resource that has its id. */
export type Identified<Resource extends FhirResource = FhirResource> = Resource & { readonly id: string };

/** A resource's id, the same in every export: FHIR's ids hold no ideographs, pseudonyms may. */
export function resourceId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/**
 * A resource's URL within a bundle, made of its id. Servers replace it by the URL under which they keep the resource,
 * in every reference too: a bundle needs no server's address.
 *
 * @returns `urn:uuid:` and a UUID of version 8, whose bits are the maker's own
 * @see https://hl7.org/fhir/R4/bundle.html#bundle-unique
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.8
 */
export function bundleUrl({ id }: Identified): string {
  const variant = ((Number.parseInt(id.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const groups = [
    id.slice(0, 8),
    id.slice(8, 12),
    `8${id.slice(13, 16)}`,
    `${variant}${id.slice(17, 20)}`,
    id.slice(20, 32),
  ];
  return `urn:uuid:${groups.join('-')}`;
}

/** A reference to a resource of the same bundle. */
export function referenceTo(resource: Identified): Reference {
  return { reference: bundleUrl(resource) };
}

/** An identifier by its system: identifiers of other programs or kinds are others. */
export function identifierOf(line: ResultLine, kind: string, value: string): Identifier {
  return { system: `urn:retclip-screening:${encodeURIComponent(line.program)}:${kind}`, value };
}
