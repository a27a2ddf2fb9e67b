import { expect, it } from 'vitest';
import { systemFault } from './system-fault.ts';

const fault = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: …`), { code, ...(path === undefined ? {} : { path }) });

it.each([
  [fault('ENOSPC'), null, /^There is no room left on the disk \(ENOSPC\)\. Free some space/],
  [fault('ENOSPC'), 'a.csv', /^There is no room left on the disk of "a\.csv" \(ENOSPC\)/],
  [fault('EDQUOT', '/data/b'), null, /^There is no room left on the disk of "\/data\/b"/],
  [fault('EROFS', '/data/b'), null, /^"\/data\/b" may not be read or written \(EROFS\)/],
  [fault('EACCES'), null, /^A file may not be read or written/],
  [fault('EMFILE'), null, /ulimit -n/],
  [fault('EIO'), 'a.csv', /^The disk of "a\.csv" has failed/],
])('says of %s what to do', (error, name, text) => {
  expect(systemFault(error, name)).toMatch(text);
});

it('says nothing of what it does not know', () => {
  expect(systemFault(fault('ENOENT'))).toBeNull();
  expect(systemFault(new Error('ENOSPC'))).toBeNull();
  expect(systemFault('ENOSPC')).toBeNull();
});
