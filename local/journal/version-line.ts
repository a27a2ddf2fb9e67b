import { crc32 } from 'node:zlib';
import { z } from 'zod';

const lineSchema = z.object({
  schema: z.literal('object-version/1'),
  /** Place in the order of all writes to the data folder. */
  sequence: z.number().int().positive(),
  key: z.string().min(1),
  versionId: z.string().min(1),
  /** `null`: a delete marker. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  bytes: z.number().int().nonnegative(),
  contentType: z.string(),
  metadata: z.record(z.string(), z.string()),
  /** Milliseconds since 1970. */
  lastModified: z.number().int(),
});

/** What the store keeps of one version of an object beside its content: all that the database knows of it. */
export type JournaledVersion = Readonly<Omit<z.infer<typeof lineSchema>, 'schema'>>;

const CHECKED = /^(\{.*),"check":"([0-9a-f]{8})"\}$/;

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/**
 * One line of the journal, without its end: JSON whose last field is the CRC-32 of all before it, since a line may have
 * been cut off or damaged.
 *
 * @example versionLine(version) // {"schema":"object-version/1","sequence":7,"key":"images/north/P1/…","check":"1f0a…"}
 */
export function versionLine(version: JournaledVersion): string {
  const { sequence, key, versionId, sha256, bytes, contentType, metadata, lastModified } = version;
  const line = JSON.stringify({
    schema: 'object-version/1',
    ...{ sequence, key, versionId, sha256, bytes, contentType, metadata, lastModified },
  });
  const text = line.slice(0, -1);
  return `${text},"check":"${checkOf(text)}"}`;
}

/** @returns `null` if the line is cut or damaged */
export function readVersionLine(line: string): JournaledVersion | null {
  const [, text = '', check] = CHECKED.exec(line) ?? [];
  if (check !== checkOf(text)) return null;
  const parsed = lineSchema.safeParse(JSON.parse(`${text}}`));
  if (!parsed.success) return null;
  const { schema: _, ...version } = parsed.data;
  return version;
}
