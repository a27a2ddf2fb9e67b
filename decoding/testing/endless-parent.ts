import { readFileSync } from 'node:fs';
import { Decoders } from '../decoders.ts';
import { ACCIDENTS } from './accidents.ts';

// Has a file decoded that is never done, and tells who decodes it. To be killed.
const decoders = new Decoders({ processes: 1, finish: new URL('./accidents.ts', import.meta.url) });
const file = readFileSync(String(process.argv[2]));
await decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [64] });
console.log(decoders.pids.join(' '));
await decoders.decode(file, { contract: 'squash-bicubic-v1', sides: [ACCIDENTS.fills] });
