import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// node test/former-forms/after-0.1.0/make-forms.ts CHECKOUT OUT
const [checkout = '.', out = ''] = process.argv.slice(2);
const load = (module: string) => import(pathToFileURL(join(checkout, module)).href);
const { openLocalHome } = await load('local/home.ts');
const { saveBackup } = await load('local/backup/save-backup.ts');
const { Attempts } = await load('core/attempts/attempts.ts');

const FOLDER = 'images/north/P1/2026-05-01';
const NOTE = 'reconciliation/.attempts/north/P1/2026-05-01/r-1.json';
const ARCHIVE = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0'];

const base = await mkdtemp(join(tmpdir(), 'forms-'));
const [data, backup] = [join(base, 'data'), join(base, 'backup')];
const home = await openLocalHome(data);
const left = { contentType: 'image/jpeg', metadata: { eyes: 'both' } };
await home.objects.put(`${FOLDER}/left.jpg`, Buffer.from('a left eye'), left);
await home.objects.put(`${FOLDER}/right.jpg`, Buffer.from('the right eye'), { contentType: 'image/jpeg' });
await home.objects.put('programs/north/settings.json', Buffer.from('{}'));
await home.objects.delete('programs/north/settings.json');

const message = {
  id: 'm-1',
  body: JSON.stringify({ exam: { program: 'north', patient: 'P1', exam: '2026-05-01' }, requestId: 'r-1' }),
  attributes: { redrives: '1' },
  receiveCount: 3,
};
const attempts = new Attempts(home.objects);
await attempts.begin(message);
await attempts.begin(message);
await attempts.fail({ ...message, receiveCount: 4 }, 'The graph could not be loaded.', false);
await writeFile(join(out, 'screening-attempts-1.json'), (await home.objects.get(NOTE)).content);
await home.close();

await copyFile(join(data, 'objects', 'versions', '0000000000.jsonl'), join(out, 'object-versions-1.jsonl'));
await saveBackup(data, backup, { now: () => new Date('2026-11-27T00:00:00Z') });
execFileSync('tar', [...ARCHIVE, '-czf', join(out, 'backup-1.tar.gz'), '-C', base, 'backup']);
await rm(base, { recursive: true });
