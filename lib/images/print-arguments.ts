import { readFileSync } from 'node:fs';
import { baseImageArguments, readLock } from './base-images.ts';

/** `npm run --silent images:arguments gpu-worker/Dockerfile`: what `docker build` is told of locked base images. */
const [, , file] = process.argv;
if (file === undefined) throw new Error('Expected the path of a Dockerfile.');
const given = Object.entries(baseImageArguments(readFileSync(file, 'utf8'), readLock()));
process.stdout.write(`${given.map(([name, image]) => `--build-arg ${name}=${image}`).join(' ')}\n`);
