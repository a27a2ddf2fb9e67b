import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WrongUseError } from '../errors.ts';
import { exportPlace } from './export-place.ts';
import { exportResults } from './export-results.ts';
import { ExportStream } from './export-stream.ts';
import { resultPages } from './testing/result-lines.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-place-'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

describe('a place for an export', () => {
  it.each([
    ['-', { kind: 'standard-output' }],
    ['/dev/stdout', { kind: 'standard-output' }],
    ['/dev/null', { kind: 'stream', path: '/dev/null' }],
    ['/dev/stderr', { kind: 'stream', path: '/dev/stderr' }],
  ])('"%s" is written as it is', async (out, place) => {
    expect(await exportPlace(out)).toEqual(place);
  });

  it('may be a pipe', async () => {
    await promisify(execFile)('mkfifo', [at('pipe')]);
    expect(await exportPlace(at('pipe'))).toEqual({ kind: 'stream', path: at('pipe') });
  });

  it('may be a link to a file, which stays a link', async () => {
    await writeFile(at('real.csv'), 'of last week');
    await symlink('real.csv', at('link.csv'));
    expect(await exportPlace(at('link.csv'))).toEqual({ kind: 'file', path: at('real.csv') });
    expect((await lstat(at('link.csv'))).isSymbolicLink()).toBe(true);
  });

  it('may be a new file', async () => {
    expect(await exportPlace(at('new.csv'))).toEqual({ kind: 'file', path: at('new.csv') });
  });

  it.each([
    ['a folder', () => mkdir(at('folder')), 'folder'],
    ['a link to a folder', () => symlink('folder', at('to-folder')), 'to-folder'],
    ['a link to nothing', () => symlink('nothing', at('to-nothing')), 'to-nothing'],
    ['in a folder that is not there', async () => undefined, 'none/exams.csv'],
    ['an open file that is not open', async () => undefined, '/dev/fd/9731'],
  ])('is refused where it is %s', async (_, make, name) => {
    await make();
    const error = await exportPlace(name.startsWith('/') ? name : at(name)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(WrongUseError);
  });

  it('is refused where it is a socket', async () => {
    const server = createServer().listen(at('socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(exportPlace(at('socket'))).rejects.toThrow(WrongUseError);
    server.close();
  });
});

describe('an export into a pipe', () => {
  it('gives its reader the whole of it', async () => {
    await promisify(execFile)('mkfifo', [at('read')]);
    const reading = readFile(at('read'), 'utf8');
    const target = await ExportStream.open(at('read'));
    const page = resultPages(25, 10);
    const summary = await exportResults({ format: 'fhir', rows: 'finding', dialect: 'plain', target, page });
    await target.close();
    const text = await reading;
    expect(summary).toMatchObject({ exams: 25, bytes: Buffer.byteLength(text), resumedAt: 0 });
    expect(text.trimEnd().split('\n')).toHaveLength(25);
    expect((await lstat(at('read'))).isFIFO()).toBe(true);
  });
});
