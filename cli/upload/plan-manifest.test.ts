import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { WrongUseError } from '../errors.ts';
import { planManifest } from './plan-manifest.ts';
import { PhotographFolder, picture } from './testing/photograph-files.ts';

const HEADER = 'program,patient,exam,laterality,path';
const utf16 = (text: string, mark: boolean): Buffer =>
  Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le');

/** A folder with a pair of photographs, and a manifest in it. */
async function withManifest(content: string | Uint8Array, name = 'm.csv'): Promise<PhotographFolder> {
  const folder = await PhotographFolder.make();
  await folder.writeAll('a.jpg', 'b.jpg');
  await folder.write(name, content);
  return folder;
}

describe('a manifest as spreadsheets save it', () => {
  const semicolons = 'program;patient;exam;laterality;path\r\nm;张三;1;left;a.jpg\r\nm;张三;1;OD;b.jpg\r\n';
  it.each<[string, string | Uint8Array, string?]>([
    ['commas', semicolons.replaceAll(';', ',')],
    ['semicolons and a mark', `\ufeff${semicolons}`],
    ['tabs', semicolons.replaceAll(';', '\t')],
    ['a line sep=;', `sep=;\r\n${semicolons}`],
    ['a marked line sep=,', `\ufeffsep=,\r\n${semicolons.replaceAll(';', ',')}`],
    ['UTF-16, little end first', utf16(semicolons.replaceAll(';', '\t'), true)],
    ['UTF-16, big end first', utf16(semicolons, true).swap16()],
    ['UTF-16 without its mark', utf16(semicolons, false)],
    ['quotes', semicolons.replaceAll('left', '"left"').replaceAll('a.jpg', '"a.jpg"')],
    [
      'blanks, case and other names',
      semicolons.replace('patient', ' Patient ID ').replace('laterality', 'EYE').replace('path', 'File name'),
    ],
    ['empty rows', `${semicolons};;;;\r\n\r\n`],
    [
      'GBK, if it is named',
      Buffer.from(
        '70726f6772616d3b70617469656e743b6578616d3b6c61746572616c6974793b706174680a6d3bd5c5c8fd3b313b6c6566743b612e6a70670a6d3bd5c5c8fd3b313b4f443b622e6a70670a',
        'hex',
      ),
      'gbk',
    ],
  ])('%s', async (_, content, encoding) => {
    await using folder = await withManifest(content);
    const plan = await planManifest(folder.at('m.csv'), { encoding });
    expect(folder.told(plan)).toEqual({
      images: ['张三 1 left - < a.jpg', '张三 1 right - < b.jpg'],
      refused: [],
      questions: [],
    });
  });

  it('as an Excel workbook, with numbers as they are meant', async () => {
    await using folder = await withManifest(await workbook());
    const plan = await planManifest(folder.at('m.csv'));
    expect(plan.refused).toEqual([]);
    expect(folder.told(plan).images).toEqual([
      '4401230000001 2026-11-20 left - < a.jpg',
      '0012 1 right - < b.jpg',
    ]);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      'GBK',
      Buffer.from(`${HEADER}\nm,\u00d5\u00c5\u00c8\u00fd,1,left,a.jpg\n`, 'latin1'),
      /not UTF-8: save it as "CSV UTF-8".*--encoding gbk/,
    ],
    [
      'an old workbook',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      /no CSV but CFB: save it as "CSV UTF-8" or as \.xlsx/,
    ],
    ['a damaged workbook', Buffer.from('PK\x03\x04nothing'), /save.*CSV UTF-8/],
  ])('%s is refused by name, with what to do', async (_, content, reason) => {
    await using folder = await withManifest(content, 'm.xlsx');
    expect(await planManifest(folder.at('m.xlsx'), { program: 'm' })).toMatchObject({
      images: [],
      refused: [{ path: folder.at('m.xlsx'), reason: expect.stringMatching(reason) }],
    });
  });

  it.each<[string, string, RegExp, string?]>([
    ['a missing column', 'program,patient,laterality,path\n', /lacks the column "exam"; it has "program"/],
    ['nothing', '', /lacks the column "program" and "patient"/],
    ['a column twice', `${HEADER},Eye\n`, /two columns for the laterality: "laterality" and "Eye"/],
    ['an encoding that is none', `${HEADER}\n`, /no encoding "gkb"/, 'gkb'],
  ])('%s is wrong use', async (_, content, why, encoding) => {
    await using folder = await withManifest(content);
    await expect(planManifest(folder.at('m.csv'), { encoding })).rejects.toThrow(why);
    await expect(planManifest(folder.at('m.csv'), { encoding })).rejects.toThrow(WrongUseError);
  });

  it('a photograph is none', async () => {
    await using folder = await withManifest(HEADER);
    await expect(planManifest(folder.at('a.jpg'))).rejects.toThrow(/is a photograph. Give the folder/);
  });
});

describe('the rows of a manifest', () => {
  it('are refused by their line, and the other eye is sent alone', async () => {
    await using folder = await withManifest(
      [
        HEADER,
        'north,P1,1,middle,a.jpg',
        'north,P/2,1,left,a.jpg',
        'south,P3,1,left,a.jpg',
        'north,P4,1,left,',
        'north,4.40123E+12,1,left,a.jpg',
        'north,P6,1,left,P6_right.jpg',
        'north,P7,1,left,a.jpg',
        'north,P7,1,right,nope.jpg',
        'north,P8,1,right,m.csv',
        'north,P7,1,left,b.jpg',
      ].join('\n'),
    );
    const { images, refused, questions } = await planManifest(folder.at('m.csv'), { program: 'north' });
    expect(refused).toEqual([
      { path: `${folder.at('m.csv')}:2`, reason: expect.stringContaining('"middle"') },
      { path: `${folder.at('m.csv')}:3`, reason: expect.stringContaining('patient id') },
      { path: `${folder.at('m.csv')}:4`, reason: expect.stringContaining('"south"') },
      { path: `${folder.at('m.csv')}:5`, reason: expect.stringContaining('path is empty') },
      { path: `${folder.at('m.csv')}:6`, reason: expect.stringMatching(/4\.40123E\+12.*rounded.*as text/) },
      { path: `${folder.at('m.csv')}:7`, reason: expect.stringMatching(/row says the left eye.*P6_right/) },
      { path: folder.at('nope.jpg'), reason: 'm.csv line 9: there is no such file' },
      { path: folder.at('m.csv'), reason: expect.stringMatching(/m\.csv line 10: a table/) },
    ]);
    expect(images.map(({ path, laterality, place }) => [path, laterality, place])).toEqual([
      [folder.at('a.jpg'), 'left', ''],
      [folder.at('b.jpg'), 'left', '2'],
    ]);
    expect(questions).toEqual([]);
  });

  it('are counted in the file as it is, with the line sep=', async () => {
    await using folder = await withManifest(
      `sep=;\n${HEADER.replaceAll(',', ';')}\nn;P1;1;left;a.jpg\nn;P1;1;right;nope.jpg\n`,
    );
    const { refused } = await planManifest(folder.at('m.csv'));
    expect(refused.map(({ reason }) => reason)).toEqual(['m.csv line 4: there is no such file']);
  });

  it('may name fields, folders as Windows writes them, and no program', async () => {
    await using folder = await withManifest(
      'patient,exam,laterality,path,field\nP1,1,OG,sub\\c.jpg,Posterior\nP1,1,OD,b.jpg,\nP2,1,OD,a.jpg,nasal\n',
    );
    await folder.write('sub/c.jpg');
    expect(folder.told(await planManifest(folder.at('m.csv'), { program: 'north' })).images).toEqual([
      'P1 1 left macula < sub/c.jpg',
      'P1 1 right - < b.jpg',
      'P2 1 right disc < a.jpg',
    ]);
  });

  it('are asked about when the file is named after another patient of the table, or ids are alike', async () => {
    await using folder = await withManifest(
      `${HEADER}\nn,P1,1,left,P2_left.jpg\nn,P2,1,left,P1_left.jpg\nn,p2,1,right,a.jpg\nn,7,1,right,8_right.jpg\nn,8,1,right,b.jpg\n`,
    );
    await folder.writeAll('P2_left.jpg', 'P1_left.jpg', '8_right.jpg');
    const { questions } = await planManifest(folder.at('m.csv'));
    expect(questions.map(({ kind, text }) => [kind, text])).toEqual([
      ['name-differs', expect.stringMatching(/row says patient P1, .* patient P2\./)],
      ['name-differs', expect.stringMatching(/row says patient P2, .* patient P1\./)],
      ['ids-alike', expect.stringMatching(/"P2" and "p2"/)],
    ]);
  });

  it('are asked about when one file stands for both eyes', async () => {
    await using folder = await withManifest(`${HEADER}\nn,P1,1,left,a.jpg\nn,P1,1,right,a.jpg\n`);
    expect(folder.told(await planManifest(folder.at('m.csv'))).questions).toEqual(['same-bytes-both-eyes']);
  });

  it('are asked about when cameras tell another day than the exam', async () => {
    await using folder = await withManifest(`${HEADER}\nn,P1,2026-11-20,left,c.jpg\n`);
    await folder.write('c.jpg', await picture(5, 'jpeg', '2025:11:20 10:00:00'));
    expect(folder.told(await planManifest(folder.at('m.csv'))).questions).toEqual(['different-days']);
  });
});

/** An .xlsx of two rows, as the Office Open XML standard (ECMA-376) has it at the least. */
async function workbook(): Promise<Buffer> {
  const { zipSync, strToU8 } = createRequire(import.meta.url)('fflate') as typeof import('fflate');
  const text = (value: string) => ` t="inlineStr"><is><t>${value}</t></is></c>`;
  const number = (value: number, style = 0) => ` s="${style}"><v>${value}</v></c>`;
  let line = 0;
  const row = (...cells: string[]) => {
    line += 1;
    return `<row r="${line}">${cells.map((cell, at) => `<c r="${'ABCDE'[at]}${line}"${cell}`).join('')}</row>`;
  };
  const sheet = [
    row(...HEADER.split(',').map(text)),
    // 46346 days after 1899-12-30 is 2026-11-20.
    row(text('n'), number(4_401_230_000_001), number(46_346, 1), text('left'), text('a.jpg')),
    row(text('n'), text('0012'), number(1), text('OD'), text('b.jpg')),
  ].join('');
  const xmlns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const files = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook ${xmlns} xmlns:r="${relations}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet ${xmlns}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${xmlns}><sheetData>${sheet}</sheetData></worksheet>`,
  };
  return Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, strToU8(content)]))),
  );
}
