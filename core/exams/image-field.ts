import { z } from 'zod';

/** What a photograph is centred on, as screening programmes say it. */
export const IMAGE_FIELDS = ['macula', 'disc', 'other'] as const;
export type ImageField = (typeof IMAGE_FIELDS)[number];
export const imageFieldSchema = z.enum(IMAGE_FIELDS);
