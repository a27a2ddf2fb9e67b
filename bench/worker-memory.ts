import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generatePatient } from '../phantoms/index.ts';
import { ScreeningSystem } from './screening-system.ts';

/**
 * Memory of one worker process over many exams of photographs of many sizes:
 * `node bench/worker-memory.ts [--exams 10000] [--model bundles/default]`.
 */
const { values } = parseArgs({
  options: {
    exams: { type: 'string', default: '10000' },
    model: { type: 'string', default: fileURLToPath(new URL('../bundles/default', import.meta.url)) },
  },
});
const EXAMS = Number(values.exams);
const SIZES = [256, 400, 512, 768, 1024, 1536];
/** Exams that wait for the worker at most: the queue is not what is measured. */
const AHEAD = 200;

const eyes: { readonly left: Buffer | undefined; readonly right: Buffer | undefined }[] = [];
for (const [index, size] of [...SIZES, ...SIZES].entries()) {
  const { left, right } = await generatePatient({ seed: 'memory', index, size });
  eyes.push({ left: left?.jpeg, right: right?.jpeg });
}
const system = await ScreeningSystem.start(values.model);
system.startFunctions();

const began = performance.now();
const figures: { readonly exams: number; readonly resident: number }[] = [];
const step = Math.max(1, Math.round(EXAMS / 20));
let stored = 0;
for (let done = 0; done < EXAMS; done = await system.answered('memory')) {
  while (stored < EXAMS && stored < done + AHEAD) {
    const eye = eyes[stored % eyes.length];
    for (const laterality of ['left', 'right'] as const) {
      const jpeg = eye?.[laterality];
      if (jpeg === undefined) continue;
      const announced = eye?.left === undefined || eye.right === undefined ? laterality : 'both';
      await system.home.objects.put(`images/memory/P${stored}/1/${laterality}.jpg`, jpeg, {
        metadata: { eyes: announced },
      });
    }
    stored += 1;
  }
  if (done >= (figures.length + 1) * step) {
    const resident = await system.residentMebibytes('VmRSS');
    figures.push({ exams: done, resident });
    console.log(`${String(done).padStart(6)} exams  ${resident.toFixed(0)} MiB resident`);
  }
  await delay(100);
}
const seconds = (performance.now() - began) / 1000;
const half = figures.slice(figures.length >> 1).map(({ resident }) => resident);
const early = figures.slice(1, figures.length >> 1).map(({ resident }) => resident);
const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
console.log(
  `${EXAMS} exams in ${seconds.toFixed(0)} s; second half to first half ${(mean(half) / mean(early)).toFixed(3)}; at most ${Math.max(...figures.map(({ resident }) => resident)).toFixed(0)} MiB`,
);
for (const [, memory] of (await system.stop()).matchAll(/"memory":(\{[^}]*\})/g)) {
  console.log(`every 30 s, MiB: ${memory}`);
}
