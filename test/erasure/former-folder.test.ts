import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { continueErasures } from '../../core/patients/continue-erasures.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { erasureReceiptSchema } from '../../core/patients/erasure-receipt.ts';
import { PseudonymHash, plainHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import { openLocalHome } from '../../local/home.ts';
import { FormerRelease } from '../former-forms/former-release.ts';
import { foundIn } from './search-bytes.ts';

const release = new FormerRelease('0.1.0');
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

it('erases every patient of a data folder of release 0.1.0, one after the other, and no other', async () => {
  const facts = await release.facts();
  const data = await release.unpack();
  folders.push(dirname(data));
  const home = await openLocalHome(data);
  try {
    const patients = [...new Set(facts.exams.map(({ program, patient }) => `${program}/${patient}`))];
    const former = 'programs/north/erasures/r-former.json';
    await home.objects.put(
      former,
      Buffer.from(
        JSON.stringify({
          ...{ receipt: 'r-former', program: 'north', patientSha256: plainHash('north', 'P0') },
          ...{ at: '2026-01-01T00:00:00.000Z', by: 'operator', erased: { exams: 1 } },
        }),
      ),
    );
    let now = Date.now();
    for (const [index, name] of patients.entries()) {
      const [program = '', patient = ''] = name.split('/');
      const needles = new Map<string, Uint8Array>();
      const { items } = await home.exams.listByPatient(program, patient, { limit: 100 });
      for (const record of items) {
        for (const result of [record.result, ...(await listFormerResults(home.objects, record))]) {
          const { features = null, findings = [] } = result ?? {};
          for (const { probability } of findings) {
            const text = String(probability);
            if (text.length > 12) needles.set(`probability of ${name}`, Buffer.from(text));
          }
          if (features === null) continue;
          const row = (await home.features.read(features.shard)).exam(features.row);
          const { patient: vector } = row ?? {};
          if (vector === undefined) continue;
          const bytes = Buffer.from(vector.buffer, vector.byteOffset, 64);
          if (bytes.some((byte) => byte !== 0)) needles.set(`features of ${name}`, Buffer.from(bytes));
        }
      }
      const request = { program, patient, by: 'operator', now: () => new Date(now) };
      const { receipt } = await erasePatient(home, request);
      expect(receipt.erased.exams, name).toBe(items.length);
      if (index === 0) expect(receipt.erased.auditEntries).toBeGreaterThan(1);
      now += 21 * 60_000;
      expect((await continueErasures(home, () => new Date(now))).closed).toBe(1);
      expect(await foundIn(data, needles), name).toEqual([]);
      const left = await Promise.all(
        patients.slice(index + 1).map(async (other) => {
          const [of = '', who = ''] = other.split('/');
          return (await home.exams.listByPatient(of, who, { limit: 100 })).items.length;
        }),
      );
      expect(left.every((exams) => exams > 0)).toBe(true);
    }
    // Pseudonyms such as P12 are found by chance in bytes; in a key or in a document they are not.
    const words = patients.flatMap((name) => [
      [`key of ${name}`, Buffer.from(`/${name}/`)] as const,
      [`document of ${name}`, Buffer.from(`"patient":"${name.split('/')[1]}"`)] as const,
    ]);
    expect(await foundIn(data, new Map(words))).toEqual([]);
    expect(await home.objects.head(former)).toBeUndefined();
    const { content } = await home.objects.get('programs/north/receipts/r-former.json');
    const receipt = JSON.parse(Buffer.from(content).toString());
    expect(receipt).not.toHaveProperty('patientSha256');
    const hash = await new PseudonymHash(home.objects).ofPatient('north', 'P0');
    expect(receipt).toMatchObject({ patientHash: hash, erased: { exams: 1 } });
    const { items } = await home.objects.list('programs/north/receipts/', { limit: 1_000 });
    expect(items.length).toBeGreaterThan(1);
    const own = items.find(({ key }) => !key.endsWith('r-former.json'));
    const stored = await home.objects.get(String(own?.key));
    expect(erasureReceiptSchema.parse(JSON.parse(Buffer.from(stored.content).toString())).by).toBe(
      'operator',
    );
  } finally {
    await home.close();
  }
}, 300_000);
