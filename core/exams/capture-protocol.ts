import { z } from 'zod';
import { type Field, fieldSchema } from './field.ts';

const FIELDS_OF = {
  'one-field': ['macula'],
  'two-field': ['macula', 'disc'],
} as const satisfies Readonly<Record<string, readonly Field[]>>;

/**
 * Which fields a program photographs of each eye: `one-field` (the macula), `two-field` (macula and disc), or its own. The
 * macula belongs to each: without it no eye is adequate.
 */
export const captureProtocolSchema = z.union([
  z.enum(['one-field', 'two-field']),
  z
    .object({
      /** What people call it. */
      name: z.string().min(1).max(60),
      fields: z
        .array(fieldSchema)
        .min(1)
        .refine((fields) => new Set(fields).size === fields.length, { message: 'a field is there twice' })
        .refine((fields) => fields.includes('macula'), {
          message: 'macula is missing: an eye is adequate only if its macula is shown',
        }),
    })
    .strict(),
]);
export type CaptureProtocol = Readonly<z.infer<typeof captureProtocolSchema>>;

export const DEFAULT_PROTOCOL: CaptureProtocol = 'one-field';

/** What a result notes of the fields that it was decided by: nothing where the macula alone was asked for. */
export function notedFields(fields: readonly Field[]): { readonly fields: Field[] | undefined } {
  return { fields: fields.join() === 'macula' ? undefined : [...fields] };
}

/** The fields that each eye must have. @example requiredFields('two-field') // ['macula', 'disc'] */
export function requiredFields(protocol: CaptureProtocol): readonly Field[] {
  return typeof protocol === 'string' ? FIELDS_OF[protocol] : protocol.fields;
}
