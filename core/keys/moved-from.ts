import { InvalidInputError } from '../errors.ts';

/** The version that an image was moved from. */
export interface MovedFrom {
  readonly key: string;
  readonly versionId: string | null;
}

/** Metadata is ASCII, keys need not be. @example movedFromText({ key: 'images/…/left.jpg', versionId: 'v1' }) */
export function movedFromText({ key, versionId }: MovedFrom): string {
  return `${encodeURIComponent(key)}#${versionId ?? ''}`;
}

/** Reads what `movedFromText` wrote. @throws InvalidInputError if it is none */
export function movedFromIn(text: string): MovedFrom {
  const [key = '', versionId = ''] = text.split('#');
  try {
    return { key: decodeURIComponent(key), versionId: versionId === '' ? null : versionId };
  } catch {
    throw new InvalidInputError(
      `An image says that it was moved from ${JSON.stringify(text.slice(0, 80))}: that is no key and version. Move it again.`,
    );
  }
}
