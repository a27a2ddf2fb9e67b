import type { Reader } from '../reader.ts';
import { apiReaders } from './api.ts';
import { imageReaders } from './images.ts';
import { messageReaders } from './messages.ts';
import { modelReaders } from './models.ts';
import { tableReaders } from './tables.ts';
import { tensorReaders } from './tensors.ts';

/** Every reader of strangers' bytes. A new one is a line here. */
export const readers: readonly Reader[] = [
  ...modelReaders,
  ...tensorReaders,
  ...imageReaders,
  ...tableReaders,
  ...messageReaders,
  ...apiReaders,
];
