import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessibilityFaults,
  CHROMIUM,
  launch,
  openPage,
  photographsShown,
  picture,
  signIn,
  until,
  type Watched,
} from './browser.ts';
import { openRoom, type Person, type Room } from './room.ts';

if (CHROMIUM === null)
  console.warn('SKIPPED: there is no Chromium, so the reading room is not tried as people use it.');

const PATIENTS = 12;
let room: Room;
let browser: Browser;
let [anna, ben, carla, dora]: (Person | undefined)[] = [];

function someone(person: Person | undefined): Person {
  if (person === undefined) throw new Error('Nobody was added.');
  return person;
}

/** Opens the work list of a program, signed in. */
async function listOf(person: Person, program = 'north', search = ''): Promise<Watched> {
  const watched = await openPage(browser, room.origin);
  const { page } = watched;
  await page.goto(`${room.origin}/reading-room/${program}/work-list${search}`);
  await signIn(page, room.origin, person.name, person.passphrase);
  await page.waitForSelector('nav');
  return watched;
}

async function openFirst(page: Page): Promise<string> {
  await page.waitForSelector('[role=grid]');
  await page.keyboard.press('Enter');
  return patientOf(page);
}

async function patientOf(page: Page): Promise<string> {
  await page.waitForSelector('figure');
  await photographsShown(page);
  return page.locator('.bar h1').innerText();
}

/** Verdicts that the system keeps, by patient. */
async function verdicts(): Promise<Map<string, string[]>> {
  const lines = await room.system.results('north');
  return new Map(
    lines.map(({ patient, review }) => [
      patient,
      review?.verdicts.map(({ reader, outcome }) => `${reader} ${outcome}`) ?? [],
    ]),
  );
}

describe.skipIf(CHROMIUM === null)('the reading room', () => {
  beforeAll(async () => {
    room = await openRoom(PATIENTS);
    browser = await launch();
    anna = await room.add('anna');
    ben = await room.add('ben', '--blinded', '--program', 'north');
    carla = await room.add('carla');
    dora = await room.add('dora', '--scope', 'operate');
  });
  afterAll(async () => {
    await browser?.close();
    await room?.stop();
  });

  it('lets in who knows the passphrase, tells others what is wrong, and asks nothing of anywhere else', async () => {
    const { page, faults, context } = await openPage(browser, room.origin);
    const { name, passphrase } = someone(anna);
    await signIn(page, room.origin, name, 'not the passphrase');
    await page.getByText('do not belong together').waitFor();
    await signIn(page, room.origin, name, passphrase);
    await page.waitForSelector('[role=grid]');
    expect(await page.locator('.foot').innerText()).toContain('Research use only');
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    await page.getByLabel('Sign out').click();
    await page.waitForSelector('input[type=password]');
    await page.reload();
    await page.waitForSelector('input[type=password]');
    expect(faults).toEqual([]);
  });

  it('shows a role that may not read no page half', async () => {
    const { page } = await openPage(browser, room.origin);
    const { name, passphrase } = someone(dora);
    await signIn(page, room.origin, name, passphrase);
    await page.getByText('You may not read exams').waitFor();
    expect(await page.locator('nav, figure').count()).toBe(0);
  });

  it('shows the right eye on the left of the reader, each eye its own photograph', async () => {
    const { page, context } = await listOf(someone(anna));
    // The one who has a right eye alone may come first.
    if ((await openFirst(page)) === 'P-0401') {
      await page.keyboard.press('j');
      await page.waitForFunction(() => document.querySelector('.bar h1')?.textContent !== 'P-0401');
      await patientOf(page);
    }
    const [right, left] = [
      page.getByLabel('Right eye', { exact: true }),
      page.getByLabel('Left eye', { exact: true }),
    ];
    const [rightBox, leftBox] = [await right.boundingBox(), await left.boundingBox()];
    expect(rightBox?.x).toBeLessThan(leftBox?.x ?? 0);
    expect([await right.locator('b').innerText(), await left.locator('b').innerText()]).toEqual(['R', 'L']);
    await page.waitForTimeout(300);
    const likeness = await page.evaluate(async () => {
      const pixels = (source: CanvasImageSource, x: number, y: number, size: number) => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 64;
        const drawing = canvas.getContext('2d');
        drawing?.drawImage(source, x, y, size, size, 0, 0, 64, 64);
        return drawing?.getImageData(0, 0, 64, 64).data ?? new Uint8ClampedArray();
      };
      const stored = async (eye: string) => {
        const [, program, patient, exam] =
          /room\/(.+?)\/patients\/(.+?)\/exams\/(.+?)(?:\?|$)/.exec(location.href) ?? [];
        const images = `/v1/programs/${program}/patients/${patient}/exams/${exam}/images/${eye}.jpg/rendition`;
        const bitmap = await createImageBitmap(await (await fetch(images)).blob());
        return pixels(bitmap, 0, 0, bitmap.width);
      };
      const shown = (eye: string) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`.eye-${eye} canvas`);
        if (canvas === null) throw new Error('Nothing is drawn.');
        const size = Math.min(canvas.width, canvas.height);
        return pixels(canvas, (canvas.width - size) / 2, (canvas.height - size) / 2, size);
      };
      const distance = (a: Uint8ClampedArray, b: Uint8ClampedArray) =>
        a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
      const answers: Record<string, number> = {};
      for (const well of ['right', 'left'])
        for (const eye of ['right', 'left'])
          answers[`${well} ${eye}`] = distance(shown(well), await stored(eye));
      return answers;
    });
    const of = (name: string) => likeness[name] ?? Number.NaN;
    expect(of('right right')).toBeLessThan(of('right left') / 2);
    expect(of('left left')).toBeLessThan(of('left right') / 2);
    // Keys that a viewer of pictures may have must not mirror or turn an eye.
    const before = await page.locator('.eye-right canvas').screenshot();
    await page.locator('.eye-right .well').click();
    for (const key of ['r', 'Shift+R', 'w', 'd']) await page.keyboard.press(key);
    expect((await page.locator('.eye-right canvas').screenshot()).equals(before)).toBe(true);
    await context.close();
  });

  it('moves both eyes together, and shows them at every pixel', async () => {
    const { page, context } = await listOf(someone(anna));
    await openFirst(page);
    const scale = () => page.locator('.scale').innerText();
    await page.waitForLoadState('networkidle');
    const fit = await until(scale, (text) => /\d/.test(text));
    await page.keyboard.press('z');
    expect(await until(scale, (text) => text !== fit)).toBe('100 %');
    await page.keyboard.press('z');
    expect(await until(scale, (text) => text !== '100 %')).toBe(fit);
    await page.keyboard.press('g');
    expect(
      await page
        .locator('.well')
        .first()
        .evaluate((well) => well.style.filter),
    ).toContain('red-free');
    await page.keyboard.press('g');
    await page.keyboard.press(']');
    expect(
      await page
        .locator('.well')
        .last()
        .evaluate((well) => well.style.filter),
    ).toBe('contrast(1.1)');
    await context.close();
  });

  it('lays evidence over a photograph when it is asked for, and asks the host for it then alone', async () => {
    const { page, answers, faults, context } = await listOf(someone(carla), 'south');
    await openFirst(page);
    await page.waitForLoadState('networkidle');
    const asked = () => answers.filter(({ url }) => url.includes('/maps/')).length;
    expect([asked(), await page.locator('.evidence-map, .evidence-caption').count()]).toEqual([0, 0]);
    // Not every patient has a finding with a map.
    const captions = page.locator('.evidence-caption');
    for (let patient = 0; patient < PATIENTS; patient += 1) {
      await page.keyboard.press('e');
      await captions.first().waitFor();
      await page.waitForFunction(
        () => !document.querySelector('.eyes')?.textContent?.includes('Loading the map'),
      );
      if ((await page.locator('.evidence-map').count()) > 0) break;
      await page.keyboard.press('j');
      await patientOf(page);
      expect(await captions.count()).toBe(0);
    }
    await page.locator('.evidence-map').first().waitFor({ timeout: 5_000 });
    await page.waitForTimeout(300);
    expect(asked()).toBeGreaterThan(0);
    await picture(page, 'patient-evidence');
    const opacity = () =>
      page
        .locator('.evidence-map')
        .first()
        .evaluate((map) => Number(getComputedStyle(map).opacity));
    expect(await opacity()).toBe(0.5);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await opacity()).toBeCloseTo(0.7);
    const lies = await page.evaluate(() => {
      const [map, well] = [
        document.querySelector('.evidence-map'),
        document.querySelector('.eye-right .well'),
      ];
      const inside = map?.closest('figure')?.getBoundingClientRect();
      const box = map?.getBoundingClientRect();
      return {
        isInEye: box !== undefined && inside !== undefined && box.left < inside.right,
        well: well !== null,
      };
    });
    expect(lies).toEqual({ isInEye: true, well: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('j');
    await patientOf(page);
    expect(await page.locator('.evidence-map, .evidence-caption').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('shows the prior visit in the place of the present one, each eye its own, and says so on it', async () => {
    const { page, answers, faults, context } = await openPage(browser, room.origin);
    await page.goto(`${room.origin}/reading-room/visits/patients/P-0500/exams/now`);
    await signIn(page, room.origin, someone(carla).name, someone(carla).passphrase);
    await patientOf(page);
    await page.getByRole('button', { name: 'Prior visit' }).waitFor();
    await photographsShown(page);
    await page.waitForTimeout(500);
    const seen = (eye: string) =>
      page.evaluate((side) => {
        const drawn = document.querySelector<HTMLCanvasElement>(`.eye-${side} canvas`);
        return drawn?.toDataURL().length ?? 0;
      }, eye);
    const now = [await seen('right'), await seen('left')];
    await page.keyboard.press('p');
    await page
      .getByText(/^Prior visit, /)
      .first()
      .waitFor();
    await photographsShown(page);
    await page.waitForTimeout(500);
    const before = [await seen('right'), await seen('left')];
    expect(before[0]).not.toBe(now[0]);
    expect(before[1]).not.toBe(now[1]);
    expect(before[0]).not.toBe(before[1]);
    await picture(page, 'patient-prior');
    // Every tool is in sight at 1280 pixels, with the prior visit and the evidence map among them.
    const tools = page.getByRole('toolbar');
    expect(await tools.evaluate((bar) => bar.scrollWidth - bar.clientWidth)).toBe(0);
    const asked = answers.length;
    await page.waitForTimeout(2_000);
    expect(answers.slice(asked).map(({ url }) => url)).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('p');
    await page.waitForTimeout(500);
    expect(await page.locator('.prior-caption').count()).toBe(0);
    expect([await seen('right'), await seen('left')]).toEqual(now);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is read by keyboard: verdicts are stored under the name of who signed in, and the next patient opens', async () => {
    const { page, faults, context } = await listOf(someone(anna));
    const read: string[] = [];
    await openFirst(page);
    await page.waitForLoadState('networkidle');
    console.log(
      `from the key J to the photographs of the next patient: ${Math.round(await timeOfNext(page))} ms`,
    );
    await page.keyboard.press('Escape');
    await page.waitForSelector('[role=grid]');
    const times: number[] = [];
    let patient = await openFirst(page);
    for (const [key, outcome] of [
      ['a', null],
      ['u', 'refer-urgent'],
      ['c', 'recall'],
      ['x', 'ungradable'],
    ] as const) {
      const line = (await room.system.results('north')).find((one) => one.patient === patient);
      const machine = line?.outcome;
      read.push(`${patient} anna ${outcome ?? machine}`);
      // The next one is fetched ahead while somebody reads.
      await page.waitForLoadState('networkidle');
      // The right eye is moderate, the left one cannot be graded: keys alone, on the way to the verdict.
      const grades = line?.eyes.left === null ? ['2'] : ['2', 'l', '9'];
      if (key === 'u') for (const graded of grades) await page.keyboard.press(graded);
      const began = performance.now();
      await page.keyboard.press(key);
      await page.waitForFunction(
        (before) => document.querySelector('.bar h1')?.textContent !== before,
        patient,
      );
      patient = await patientOf(page);
      times.push(performance.now() - began);
    }
    console.log(`from the key of a verdict to the next photographs: ${times.map(Math.round).join(', ')} ms`);
    const kept = await verdicts();
    for (const line of read) {
      const [name = '', ...verdict] = line.split(' ');
      expect(kept.get(name)).toContain(verdict.join(' '));
    }
    const graded = (await room.system.results('north')).find(
      (line) => line.patient === read[1]?.split(' ')[0],
    );
    const eyes = graded?.review?.verdicts[0]?.eyes;
    expect(eyes?.right).toMatchObject({ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 2 } });
    expect(eyes?.left?.quality).toBe(graded?.eyes.left === null ? undefined : 'ungradable');
    await page.keyboard.press('k');
    await page.getByText('You said: Ungradable').waitFor();
    await page.keyboard.press('c');
    await page.getByText('Say in the note why').waitFor();
    await page.keyboard.type('saw the margin');
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    const corrected = read[3]?.split(' ')[0] ?? '';
    await until(verdicts, (all) => all.get(corrected)?.includes('anna recall') === true);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('tells a blinded second reader nothing, in the page or on the way to it', async () => {
    const { page, answers, faults, context } = await listOf(someone(ben), 'north', '?stage=second');
    const telling = () =>
      answers.filter(({ url, body }) => {
        if (/\/openapi|\/session$|\/caller$|\/programs\?/.test(url)) return false;
        return /"outcome"|probability|"reasons"|"dueAt":"|anna|saw the margin|"gradable":(?:true|false)/.test(
          body,
        );
      });
    const patient = await openFirst(page);
    await page.waitForLoadState('networkidle');
    expect(await page.locator('.facts').innerText()).toMatch(/^Second reading\s+What the machine/);
    expect(await page.locator('.primary').count()).toBe(0);
    await page.keyboard.press('a');
    expect(await page.locator('body').innerHTML()).not.toMatch(/meter|above the limit|Due in|anna/);
    expect(telling()).toEqual([]);
    expect(answers.some(({ url }) => url.endsWith('/reading'))).toBe(true);
    await picture(page, 'patient-second-reader');
    await page.keyboard.press('n');
    await page.keyboard.type('<img src=x onerror=alert(1)> drusen');
    await page.keyboard.press('Escape');
    await page.keyboard.press('x');
    await until(verdicts, (all) => all.get(patient)?.includes('ben ungradable') === true);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('shows an arbiter what readers wrote as they wrote it', async () => {
    const { page, faults, context } = await listOf(someone(carla), 'north', '?stage=arbitration');
    await openFirst(page);
    const text = await page.locator('.facts').innerText();
    expect(text).toContain('<img src=x onerror=alert(1)> drusen');
    expect(text).toMatch(/anna\s+.*\s+.*ben/s);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('keeps a verdict that was begun when the session ends, for its reader alone', async () => {
    const { page, context } = await listOf(someone(anna));
    const patient = await openFirst(page);
    await page.keyboard.press('n');
    await page.keyboard.type('macula unclear');
    await page.keyboard.press('Escape');
    const { passphrase } = JSON.parse(await room.system.retclip('reader', 'passphrase', 'anna', '--json'));
    anna = { ...someone(anna), passphrase };
    const address = page.url();
    await page.keyboard.press('f');
    await page.getByText(`The verdict you began on ${patient} is kept`).waitFor();
    expect(await page.locator('figure').count()).toBe(0);
    expect((await verdicts()).get(patient)).not.toContain('anna refer');
    await picture(page, 'sign-in-session-ended');

    await signIn(page, room.origin, 'anna', passphrase);
    await page.getByText('Your verdict is kept, not sent').waitFor();
    expect(page.url()).toBe(address);
    expect(await page.getByLabel('Note').inputValue()).toBe('macula unclear');
    await page.keyboard.press('f');
    await until(verdicts, (all) => all.get(patient)?.filter((line) => line === 'anna refer').length === 1);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);

    await openNote(page, 'of anna');
    await room.system.retclip('reader', 'passphrase', 'anna', '--json');
    await page.keyboard.press('u');
    await page.waitForSelector('input[type=password]');
    await signIn(page, room.origin, someone(carla).name, someone(carla).passphrase);
    await page.waitForSelector('figure, .state');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(await page.locator('body').innerText()).not.toContain('of anna');
    anna = { ...someone(anna), passphrase: await newPassphrase('anna') };
    await context.close();
  });

  it('says that an exam changed while it was read, keeps the verdict, and shows it again', async () => {
    const { page, context } = await listOf(someone(anna));
    const patient = await openFirst(page);
    const { exam = '' } = (await room.system.results('north')).find((line) => line.patient === patient) ?? {};
    const answer = await fetch(`${room.origin}/v1/programs/north/patients/${patient}/exams/${exam}/reviews`, {
      method: 'POST',
      headers: { authorization: `Bearer ${someone(carla).token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: 'recall' }),
    });
    expect(answer.status).toBe(201);
    await page.keyboard.press('u');
    await page.getByText('This exam changed while you read').waitFor();
    await page.getByText('Your verdict is kept, not sent').waitFor();
    expect((await verdicts()).get(patient)).toEqual(['carla recall']);
    await picture(page, 'patient-changed');
    await page.keyboard.press('Enter');
    await page.getByText('What the machine and the first reader found is hidden').waitFor();
    await page.keyboard.press('u');
    await until(verdicts, (all) => all.get(patient)?.includes('anna refer-urgent') === true);
    await context.close();
  });

  it('says that an exam was erased while it was open', async () => {
    const { page, context } = await listOf(someone(carla), 'north', '?stage=second');
    const patient = await openFirst(page);
    await room.system.retclip('patient', 'erase', patient, '--program', 'north', '--yes');
    await page.keyboard.press('f');
    await page.getByText('This exam is no longer there').waitFor();
    expect(await page.locator('figure').count()).toBe(0);
    await picture(page, 'patient-erased');
    await context.close();
  });

  it('loses no verdict with the connection, and adds none twice when only the answer was lost', async () => {
    const { page, context } = await listOf(someone(carla), 'south');
    const patient = await openFirst(page);
    const kept = async () => {
      const line = (await room.system.results('south')).find((one) => one.patient === patient);
      return line?.review?.verdicts.map(({ outcome, note }) => `${outcome} ${note}`) ?? [];
    };
    await page.keyboard.press('n');
    await page.keyboard.type('seen twice');
    await page.keyboard.press('Escape');
    await context.setOffline(true);
    await page.keyboard.press('u');
    await page.getByText('The connection is lost').waitFor();
    expect(await page.getByLabel('Note').inputValue()).toBe('seen twice');
    await context.setOffline(false);
    await page.route('**/reviews', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.keyboard.press('u');
    await until(kept, (verdicts) => verdicts.length > 0);
    await page.getByText('The connection is lost').waitFor();
    await page.unroute('**/reviews');
    await page.keyboard.press('u');
    await page.getByText(`${patient}: Urgent referral saved`).waitFor();
    expect(await kept()).toEqual(['refer-urgent seen twice']);
    await context.close();
  });

  it('says that a picture is being made again, and shows it then', async () => {
    // The list asks for its small pictures, and large ones are made with them: they must not be there too soon.
    expect(await room.system.pausePreparation(true)).toBe(true);
    await rm(join(room.system.dataFolder, 'prepared'), { recursive: true });
    const { page, context } = await listOf(someone(carla), 'south');
    await page.waitForSelector('[role=grid]');
    await page.keyboard.press('Enter');
    await page.getByText('Being prepared').first().waitFor();
    expect(await room.system.pausePreparation(false)).toBe(true);
    await photographsShown(page);
    expect(await page.getByText('Being prepared').count()).toBe(0);
    await context.close();
  });

  it('shows a patient of one eye: the other well says so', async () => {
    const { page, context } = await openPage(browser, room.origin);
    const { exam = '' } =
      (await room.system.results('south')).find((line) => line.patient === 'P-0401') ?? {};
    await page.goto(`${room.origin}/reading-room/south/patients/P-0401/exams/${exam}`);
    await signIn(page, room.origin, someone(carla).name, someone(carla).passphrase);
    await patientOf(page);
    expect(await page.getByLabel('Right eye', { exact: true }).getAttribute('data-shown')).toBe('true');
    expect(await page.getByLabel('Left eye', { exact: true }).innerText()).toContain(
      'No photograph of this eye',
    );
    expect(await page.locator('.facts').innerText()).not.toMatch(/both eyes/i);
    await picture(page, 'patient-one-eye');
    await context.close();
  });

  it('scrolls long lists without drawing them', async () => {
    const { page, faults, context } = await listOf(someone(carla), 'many');
    await page.waitForSelector('[role=grid]');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await page.locator('[aria-selected=true]').innerText()).toContain('M-00007');
    for (let step = 0; step < 60; step += 1) {
      await page.locator('.scroller').evaluate((list) => list.scrollTo(0, list.scrollHeight));
      await page.waitForTimeout(50);
      if ((await page.getByText('1,000 exams').count()) > 0) break;
    }
    await page.getByText('1,000 exams').waitFor();
    expect(await page.locator('.line.exam').count()).toBeLessThan(80);
    await page.getByLabel('Filter by outcome').selectOption('ungradable');
    await page.waitForFunction(
      () => !document.querySelector('.scroller')?.textContent?.includes('Urgent referral'),
    );
    expect(faults).toEqual([]);
    await context.close();
  });

  it('can be used by everybody: axe finds nothing on any page, in any theme and language', async () => {
    const faults: string[] = [];
    for (const language of ['EN', '中文'] as const) {
      const { page, context } = await openPage(browser, room.origin);
      const look = async (name: string) => {
        for (const theme of [0, 1, 2]) {
          await page.locator('.bar .segments').last().locator('button').nth(theme).click();
          for (const fault of await accessibilityFaults(page))
            faults.push(`${name} ${theme} ${language}: ${fault}`);
          await picture(
            page,
            `${name}-${['light', 'dark', 'reading'][theme]}-${language === 'EN' ? 'en' : 'zh'}`,
          );
        }
      };
      await page.goto(`${room.origin}/reading-room/`);
      await page.getByRole('button', { name: language, exact: true }).click();
      await look('sign-in');
      await signIn(page, room.origin, someone(carla).name, someone(carla).passphrase);
      await page.waitForSelector('nav');
      await page.goto(`${room.origin}/reading-room/south/work-list`);
      await page.waitForSelector('[role=grid]');
      await page.waitForTimeout(500);
      await look('work-list');
      await page.keyboard.press('?');
      await page.waitForSelector('dialog[open]');
      for (const fault of await accessibilityFaults(page)) faults.push(`keys ${language}: ${fault}`);
      await picture(page, `keys-${language === 'EN' ? 'en' : 'zh'}`);
      await page.keyboard.press('Escape');
      await page.locator('[role=grid]').focus();
      await openFirst(page);
      await page.waitForTimeout(300);
      await look('patient');
      await page.setViewportSize({ width: 1024, height: 1366 });
      await page.waitForTimeout(300);
      await picture(page, `patient-1024-${language === 'EN' ? 'en' : 'zh'}`);
      await page.goto(`${room.origin}/reading-room/south/work-list`);
      await page.waitForSelector('nav');
      await page.waitForTimeout(500);
      await picture(page, `work-list-1024-${language === 'EN' ? 'en' : 'zh'}`);
      await context.close();
    }
    expect(faults).toEqual([]);
  });
});

/** Milliseconds from the key to both photographs of the next patient, which were fetched ahead, are given to the viewer. */
async function timeOfNext(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const patient = () => document.querySelector('.bar h1')?.textContent;
    const areDrawn = () =>
      [...document.querySelectorAll('figure')].every(
        (eye) => eye.dataset.shown === 'true' || eye.textContent?.includes('No photograph'),
      );
    const before = patient();
    const began = performance.now();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'j' }));
    while (patient() === before || !areDrawn()) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
}

async function openNote(page: Page, text: string): Promise<void> {
  await patientOf(page);
  await page.keyboard.press('n');
  await page.keyboard.type(text);
  await page.keyboard.press('Escape');
}

async function newPassphrase(name: string): Promise<string> {
  return JSON.parse(await room.system.retclip('reader', 'passphrase', name, '--json')).passphrase;
}
