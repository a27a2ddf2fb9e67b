import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inventory, PROJECT } from './inventory.ts';
import { objections } from './licence-policy.ts';
import { billOf, SHIPPED } from './shipped-parts.ts';

/** `npm run sbom`: writes a CycloneDX bill of materials of each thing that ships, and fails on a licence that may not. */
const folder = join(PROJECT, 'sbom/dist');
await mkdir(folder, { recursive: true });
const everything = await inventory();
for (const shipped of SHIPPED) {
  const bill = await billOf(everything, shipped);
  const file = join(folder, `${shipped}.cdx.json`);
  await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`);
  const refused = objections(bill);
  process.stdout.write(`${file}: ${bill.components.length} components\n`);
  for (const { component, licence } of refused) {
    process.stderr.write(
      `  ${component}: licence ${licence ?? 'not stated'} may not ship (docs/licences.md)\n`,
    );
    process.exitCode = 1;
  }
}
