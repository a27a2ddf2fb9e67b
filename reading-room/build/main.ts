import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { apiTypes } from './api-types.ts';

const room = dirname(dirname(fileURLToPath(import.meta.url)));

// The types of the API first: pages that do not fit them are not built.
await writeFile(join(room, 'api/document.d.ts'), await apiTypes());
execFileSync(join(room, '../node_modules/.bin/tsc'), ['--noEmit', '-p', room], { stdio: 'inherit' });
await build({ root: room, logLevel: 'warn' });
