import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// What was packed is in the tarball: in a checkout the command runs from its sources.
await rm(fileURLToPath(new URL('../dist', import.meta.url)), { recursive: true, force: true });
