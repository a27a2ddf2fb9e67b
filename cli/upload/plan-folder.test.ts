import { mkdir, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { emptyPng, jpegBomb, tiffBomb, webpBomb } from '../../phantoms/hostile/index.ts';
import { planFolder } from './plan-folder.ts';
import { type Format, PhotographFolder, picture } from './testing/photograph-files.ts';

const HIDDEN = await picture(70);

async function toldOf(folder: PhotographFolder, below = '') {
  return folder.told(await planFolder(folder.at(below), 'north'));
}

describe('the plan of a folder', () => {
  it('sends every photograph of each eye, with its field', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('P1_OD_1.jpg', 'P1_OD_2.jpg', 'P1_OS_disc.jpg', 'P1_OS_macula.jpg');
    await folder.writeAll('P2_OD_temporal.jpg', 'P2_OD_7.jpg', 'P2_OS.jpg');
    expect(await toldOf(folder)).toEqual({
      images: [
        'P1 1 right - < P1_OD_1.jpg',
        'P1 1 right - < P1_OD_2.jpg',
        'P1 1 left disc < P1_OS_disc.jpg',
        'P1 1 left macula < P1_OS_macula.jpg',
        'P2 1 right - < P2_OD_7.jpg',
        'P2 1 right other < P2_OD_temporal.jpg',
        'P2 1 left - < P2_OS.jpg',
      ],
      refused: [],
      questions: [],
    });
    const { images } = await planFolder(folder.path, 'north');
    expect(images.map(({ laterality, place }) => `${laterality} ${place}`)).toEqual([
      ...['right ', 'right 2', 'left disc', 'left macula', 'right ', 'right other', 'left '],
    ]);
  });

  it('takes two files with the same bytes of one eye for one photograph', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('P1_OS.jpg', 'P2_OS.jpg', 'P2_OD_disc.jpg');
    for (const name of ['P1_OD.jpg', 'P1_OD (2).jpg']) await folder.write(name, await picture(50));
    for (const name of ['P2_OD.jpg', 'P2_OD (2).jpg']) await folder.write(name, await picture(51));
    const { images, refused, questions } = await planFolder(folder.path, 'north');
    expect([refused, questions]).toEqual([[], []]);
    expect(images.map(({ path, place }) => `${path.slice(folder.path.length + 1)} ${place}`)).toEqual([
      ...['P1_OD (2).jpg ', 'P1_OD.jpg ', 'P1_OS.jpg ', 'P2_OD (2).jpg ', 'P2_OD.jpg '],
      ...['P2_OD_disc.jpg disc', 'P2_OS.jpg '],
    ]);
  });

  it('refuses by name what is more than twelve of an eye, those of the macula last', async () => {
    await using folder = await PhotographFolder.make();
    for (let number = 10; number < 22; number += 1) await folder.write(`P1_OD_${number}.jpg`);
    await folder.writeAll('P1_OD_disc.jpg', 'P1_OD_macula.jpg', 'P1_OS.jpg');
    const { images, refused } = await planFolder(folder.path, 'north');
    const kept = images.filter(({ laterality }) => laterality === 'right');
    expect(kept).toHaveLength(12);
    expect(kept.map(({ field }) => field).filter((field) => field !== null)).toEqual(['macula']);
    expect(refused.map(({ path }) => path)).toEqual([folder.at('P1_OD_21.jpg'), folder.at('P1_OD_disc.jpg')]);
    expect(refused[0]?.reason).toMatch(
      /right eye of patient P1, exam 1, has 14 photographs, and an exam takes 12 of each eye/,
    );
  });

  it('refuses an empty file, and its partner is a single eye that needs no question', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('U1_right.jpg');
    await folder.write('U1_left.jpg', '');
    expect(await toldOf(folder)).toEqual({
      images: ['U1 1 right - < U1_right.jpg'],
      refused: ['U1_left.jpg'],
      questions: [],
    });
  });

  it('reads by content: other suffixes, the wrong one, none', async () => {
    await using folder = await PhotographFolder.make();
    const formats: [string, Format, string, string][] = [
      ['P1_left.jfif', 'jpeg', 'image/jpeg', 'jpg'],
      ['P1_right.jpe', 'jpeg', 'image/jpeg', 'jpg'],
      ['P2_left', 'png', 'image/png', 'png'],
      ['P2_right.JPEG', 'jpeg', 'image/jpeg', 'jpeg'],
      ['P3_left.jpg', 'tiff', 'image/tiff', 'tif'],
      ['P3_right.dat', 'webp', 'image/webp', 'webp'],
    ];
    for (const [index, [name, format]] of formats.entries())
      await folder.write(name, await picture(index + 60, format));
    const { images, refused } = await planFolder(folder.path, 'north');
    expect(refused).toEqual([]);
    expect(images.map(({ path, file }) => [path, file.contentType, file.extension])).toEqual(
      formats.map(([name, , contentType, extension]) => [folder.at(name), contentType, extension]),
    );
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['IM00001', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]), /DICOM.*JPEG, PNG/],
    ['rest.zip', Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1'), /archive.*unpack/],
    ['P1_left.heic', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'), /telephones.*JPEG/],
    ['report.pdf', '%PDF-1.7\n', /PDF.*export/],
    ['P1_left.bmp', Buffer.from('BM'.padEnd(60, '\0')), /format.*export/],
    ['P1_left.gif', 'GIF89a', /format.*export/],
    ['P1_left.jpg', 'no photograph', /name says photograph.*content is no format/],
    ['P1_left.dcm', 'text', /DICOM/],
    ['P1_left.png', emptyPng(20_000, 10_000), /20000 × 10000 pixels; at most/],
    ['P1_left.webp', webpBomb(16_383, 9_100), /MiB; 1024 are allowed/],
    [
      'P1_left.jpeg',
      jpegBomb({ width: 2_048, height: 2_048, components: 1, emptyScans: 20_000 }),
      /20001 times; at most 100.*plain JPEG/,
    ],
    ['P1_left.tif', tiffBomb({ width: 9, height: 9, pages: 3, isEndless: true }), /more than 64 pictures/],
    ['m.csv', 'program,patient\n', /table.*in place of the folder/],
    ['Thumbs.db', 'x', /not a photograph/],
    ['notes.txt', 'x', /not a photograph/],
    ['notes.xml', '', /empty and no photograph/],
    ['.P1_left.jpg', HIDDEN, /hidden file.*rename/],
  ])('names %s and says what to do', async (name, content, reason) => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('P9_left.jpg', 'P9_right.jpg');
    await folder.write(name, content);
    const { images, refused } = await planFolder(folder.path, 'north');
    expect(refused).toEqual([{ path: folder.at(name), reason: expect.stringMatching(reason) }]);
    expect(images.map(({ exam }) => exam.patient)).toEqual(['P9', 'P9']);
  });

  it('names neither what systems leave behind nor what is hidden and no photograph', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('P9_left.jpg', 'P9_right.jpg');
    for (const name of ['.DS_Store', '._P9_left.jpg', '__MACOSX/P9_left.jpg', '.git/config', '.nothing'])
      await folder.write(name, 'x');
    expect((await toldOf(folder)).refused).toEqual([]);
    await folder.write('.cache/P9_left.jpg', 'x');
    expect((await toldOf(folder)).refused).toEqual(['.cache']);
  });

  it('follows links, but in no circle, and names those that lead nowhere', async () => {
    await using folder = await PhotographFolder.make();
    await using elsewhere = await PhotographFolder.make();
    await elsewhere.writeAll('OD.jpg', 'OS.jpg');
    await folder.writeAll('P2/OD.jpg', 'P2/OS.jpg');
    await symlink(elsewhere.path, folder.at('P1'));
    await symlink(folder.path, folder.at('P2/again'));
    await symlink('nowhere', folder.at('P3_left.jpg'));
    expect(await toldOf(folder)).toEqual({
      images: [
        'P1 1 right - < P1/OD.jpg',
        'P1 1 left - < P1/OS.jpg',
        'P2 1 right - < P2/OD.jpg',
        'P2 1 left - < P2/OS.jpg',
      ],
      refused: ['P2/again', 'P3_left.jpg'],
      questions: [],
    });
  });

  it('names a folder that it may not enter', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('P1/OD.jpg', 'P1/OS.jpg');
    await mkdir(folder.at('P2'), { mode: 0o000 });
    const user = process.geteuid?.();
    // The superuser may enter every folder.
    if (user === 0) process.seteuid?.(65_534);
    try {
      await expect(planFolder(folder.at('P2'), 'north')).resolves.toMatchObject({
        refused: [{ path: folder.at('P2'), reason: expect.stringMatching(/not entered.*permission/) }],
      });
    } finally {
      if (user === 0) process.seteuid?.(0);
    }
  });

  it('asks about equal bytes and days, with the files', async () => {
    await using folder = await PhotographFolder.make();
    const same = await picture(80);
    for (const name of ['P1_left.jpg', 'P1_right.jpg', 'P2_left.jpg', 'P3_left.jpg'])
      await folder.write(name, same);
    await folder.write('P2_right.jpg', await picture(81, 'jpeg', '2025:11:20 10:00:00'));
    await folder.write('P4_left.jpg', await picture(82, 'jpeg', '2026:11:20 23:59:59'));
    await folder.write('P4_right.jpg', await picture(83, 'jpeg', '2025:11:20 00:00:01'));
    const { questions } = await planFolder(folder.path, 'north');
    expect(questions).toEqual([
      {
        kind: 'same-bytes-two-patients',
        text: expect.stringMatching(/P1, P2, P3/),
        paths: ['P1_left.jpg', 'P1_right.jpg', 'P2_left.jpg', 'P3_left.jpg'].map((name) => folder.at(name)),
      },
      {
        kind: 'different-days',
        text: expect.stringMatching(/P4, exam 1: 2025-11-20 and 2026-11-20/),
        paths: [folder.at('P4_left.jpg'), folder.at('P4_right.jpg')],
      },
    ]);
  });

  it.each<Format>(['jpeg', 'png', 'webp'])('reads the day of a %s', async (format) => {
    await using folder = await PhotographFolder.make();
    await folder.write('P1_left', await picture(84, format, '2026:11:20 10:00:00'));
    await folder.write('P1_right', await picture(85, format));
    const { images } = await planFolder(folder.path, 'north');
    expect(images.map(({ file }) => file.takenOn)).toEqual(['2026-11-20', null]);
  });

  it('one file for both eyes of one patient is asked', async () => {
    await using folder = await PhotographFolder.make();
    for (const name of ['P1_left.jpg', 'P1_right.jpg']) await folder.write(name, await picture(90));
    expect((await toldOf(folder)).questions).toEqual(['same-bytes-both-eyes']);
  });

  it('next year’s folder is another visit, uploaded with last year’s or by itself', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('2025/P1_left.jpg', '2025/P1_right.jpg', '2026/P1_left.jpg');
    expect((await toldOf(folder)).images.map((line) => line.split(' <')[0])).toEqual([
      'P1 2025 left -',
      'P1 2025 right -',
      'P1 2026 left -',
    ]);
    expect(await toldOf(folder, '2026')).toMatchObject({
      images: [expect.stringMatching(/^P1 2026 left/)],
      questions: ['single-laterality'],
    });
  });

  it('a mixed folder is read right, and the rarer patterns are asked', async () => {
    await using folder = await PhotographFolder.make();
    await folder.writeAll('P004-20261120-OD-1.jpg', 'P004-20261120-OS-1.jpg', 'P005L.jpg', 'P005R.jpg');
    await folder.writeAll(
      'P006_Left_macula.jpg',
      'P006_left_disc.jpg',
      'P006_right.jpg',
      'camera1/P002/OD.jpg',
      'camera1/P002/OS.jpg',
    );
    expect(await toldOf(folder)).toEqual({
      images: [
        'P004 2026-11-20 right - < P004-20261120-OD-1.jpg',
        'P004 2026-11-20 left - < P004-20261120-OS-1.jpg',
        'P005 1 left - < P005L.jpg',
        'P005 1 right - < P005R.jpg',
        'P006 1 left macula < P006_Left_macula.jpg',
        'P006 1 left disc < P006_left_disc.jpg',
        'P006 1 right - < P006_right.jpg',
        'P002 1 right - < camera1/P002/OD.jpg',
        'P002 1 left - < camera1/P002/OS.jpg',
      ],
      refused: [],
      questions: ['other-pattern'],
    });
    const { questions, patterns } = await planFolder(folder.path, 'north');
    expect(patterns).toEqual(['{patient}_{eye}', '{patient}{eye}', '{clinic}/{patient}/{eye}']);
    expect(questions.map(({ text }) => text)).toEqual([
      'Most names are read as {patient}_{eye}, but these as {patient}{eye}.',
      'Most names are read as {patient}_{eye}, but these as {clinic}/{patient}/{eye}.',
    ]);
  });
});
