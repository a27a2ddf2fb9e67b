import { describe, expect, it } from 'vitest';
import type { Client, ImageState } from '../client.ts';
import { RefusedError } from '../errors.ts';
import type { StoredImage } from './send-plan.ts';
import { QualityWatch, type SeenImage } from './watch-quality.ts';

function stored(patient: string, laterality: 'left' | 'right' = 'left'): StoredImage {
  const file = { path: `/d/${patient}`, bytes: 5, modified: 7, contentType: 'image/png', extension: 'png' };
  const exam = { program: 'north', patient, exam: '1' };
  const image = {
    path: file.path,
    exam,
    laterality,
    field: null,
    place: '',
    file: { ...file, takenOn: null },
  };
  return { image, sha256: `hash of ${patient}`, key: `images/north/${patient}/1/${laterality}.png` };
}

const NOTHING = {
  field: null,
  fieldSeen: null,
  fieldDoubtful: false,
  lateralityCheck: null,
  takenOn: null,
  device: null,
  burntIn: null,
};

/** The system's answer about a photograph: as told, or fit. */
function state(patient: string, more: Partial<ImageState> = {}): ImageState {
  return {
    ...{ ...NOTHING, image: `images/north/${patient}/1/left.png`, sha256: `hash of ${patient}` },
    ...{ preparation: 'prepared', state: 'current', laterality: 'left' },
    ...{ gradable: true, reason: null, advice: null },
    ...more,
  };
}

const waiting = (patient: string) => state(patient, { preparation: 'waiting', state: null, gradable: null });
const dark = (patient: string) =>
  state(patient, { gradable: false, reason: 'too-dark', advice: 'too dark: photograph again' });

/** A watch over a system that answers so, and what it was asked and has told. */
function watching(answer: (patient: string, time: number) => ImageState) {
  const asked: string[] = [];
  const seen: SeenImage[] = [];
  const client = {
    image: async ({ patient }: { readonly patient: string }, name: string) => {
      asked.push(`${patient}/${name}`);
      return answer(patient, asked.filter((one) => one.startsWith(`${patient}/`)).length);
    },
  } as unknown as Client;
  const onSeen = (one: SeenImage) => void seen.push(one);
  const watch = new QualityWatch(() => client, { onSeen, firstPauseMilliseconds: 1 });
  return { watch, asked, seen };
}

describe('photographs that were sent', () => {
  it('are asked about until each is known, by their name, and told once', async () => {
    const { watch, asked, seen } = watching((patient, time) => {
      if (time < 3) return waiting(patient);
      return patient === 'P7' ? dark('P7') : state(patient);
    });
    watch.add([stored('P7'), stored('P8', 'right')]);
    await watch.finish(60);
    expect(asked.filter((one) => one === 'P7/left.png')).toHaveLength(3);
    expect(asked.filter((one) => one === 'P8/right.png')).toHaveLength(3);
    const told = seen.map(({ image, found }) => [image.image.exam.patient, found.advice]);
    expect(told.toSorted()).toEqual([
      ['P7', 'too dark: photograph again'],
      ['P8', null],
    ]);
    expect(watch.report.gradable).toBe(1);
    expect(watch.report.ungradable.map(({ image }) => image.image.exam.patient)).toEqual(['P7']);
  });

  it('are not all asked about while the first of them wait', async () => {
    const { watch, asked } = watching((patient) => waiting(patient));
    watch.add(Array.from({ length: 400 }, (_, index) => stored(`P${index}`)));
    await watch.finish(0.2);
    // 1 + 1.5 + 2.25 + … ms: a dozen rounds of four fit into 200 ms.
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.length).toBeLessThan(80);
    expect(watch.waiting).toBe(400);
  });

  it('are asked about though one before them is never prepared', async () => {
    const { watch, seen } = watching((patient) => (patient === 'P0' ? waiting('P0') : state(patient)));
    watch.add(Array.from({ length: 9 }, (_, index) => stored(`P${index}`)));
    await watch.finish(0.3);
    expect(seen.map(({ image }) => image.image.exam.patient).toSorted()).toEqual(
      Array.from({ length: 8 }, (_, index) => `P${index + 1}`),
    );
  });

  it('are left alone once another took their place', async () => {
    const { watch, seen } = watching(() => state('P7', { sha256: 'hash of another' }));
    watch.add([stored('P7')]);
    await watch.finish(60);
    expect([seen, watch.waiting]).toEqual([[], 0]);
  });

  it('may show the other eye', async () => {
    const lateralityCheck = { detected: 'right', confidence: 0.98, threshold: 0.9, suspect: true } as const;
    const { watch } = watching((patient) => state(patient, patient === 'P7' ? { lateralityCheck } : {}));
    watch.add([stored('P7'), stored('P8')]);
    await watch.finish(60);
    expect(watch.report.suspect.map(({ image }) => image.image.exam.patient)).toEqual(['P7']);
    expect(watch.report.gradable).toBe(2);
  });

  it('may show another field than named', async () => {
    const doubtful = { field: 'macula', fieldSeen: 'disc', fieldDoubtful: true } as const;
    const { watch } = watching((patient) => state(patient, patient === 'P8' ? doubtful : {}));
    watch.add([stored('P7'), stored('P8')]);
    await watch.finish(60);
    expect(watch.report.doubtful.map(({ image }) => image.image.exam.patient)).toEqual(['P8']);
    expect([watch.report.gradable, watch.report.suspect]).toEqual([2, []]);
  });
});

it('a system that knows no such question ends the watch, not the upload', async () => {
  const { watch, asked } = watching(() => {
    throw new RefusedError('Not found', 404);
  });
  watch.add([stored('P7')]);
  await watch.finish(60);
  watch.add([stored('P8')]);
  await watch.finish(60);
  expect(asked).toEqual(['P7/left.png']);
});
