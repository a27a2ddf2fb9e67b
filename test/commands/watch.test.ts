import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PhotographFolder } from '../../cli/upload/testing/photograph-files.ts';
import { MAIN } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

let folder: PhotographFolder;
let system: RunningSystem;

beforeAll(async () => {
  folder = await PhotographFolder.make();
  system = new RunningSystem(folder.at('data'));
  await system.start();
}, 180_000);
afterAll(async () => {
  await system.stop();
  await folder[Symbol.asyncDispose]();
});

/** `retclip upload --watch` until Ctrl-C. */
function watching() {
  const words = ['upload', '--watch', folder.at('camera'), '--program', 'north', '--data', system.dataFolder];
  const child = spawn(process.execPath, [MAIN, ...words]);
  const said = { out: '', err: '' };
  child.stdout.on('data', (text: Buffer) => {
    said.out += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    said.err += text;
  });
  const says = (text: RegExp) => vi.waitFor(() => expect(said.err).toMatch(text), { timeout: 60_000 });
  const end = async () => {
    child.kill('SIGINT');
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    return code;
  };
  return { said, says, end };
}

it('retclip upload --watch says of each photograph what to do, and sends nothing twice', async () => {
  await folder.write('camera/P7_left.jpg');
  const first = watching();
  await first.says(/P7 left: sent \(P7_left\.jpg\)/);
  await first.says(/P7 left: not a fundus photograph: .*\(P7_left\.jpg\)/);
  expect(await first.end()).toBe(0);
  expect(first.said.out).toBe('Sent 1 photograph: 0 gradable, 1 not; 0 files refused or left out.\n');
  const second = watching();
  await second.says(/Watching/);
  await folder.write('camera/P7_right.jpg');
  await second.says(/P7 right: not a fundus photograph/);
  expect(second.said.err).not.toContain('P7 left');
  expect(await second.end()).toBe(0);
}, 240_000);
