import { Command } from 'commander';
import { requireFolder } from '../given-path.ts';
import { colours as pc } from '../terminal/colours.ts';

async function verify(directory: string, options: { readonly json: boolean }): Promise<void> {
  await requireFolder('Bundle', directory);
  const { openBundle, verifyBundle } = await import('../../model/bundle/index.ts');
  const bundle = await openBundle(directory);
  const comparisons = await verifyBundle(bundle);
  const { id, files, detector } = bundle.manifest;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ id, verified: true, comparisons })}\n`);
    return;
  }
  const lines = comparisons.map(
    ({ graph, cosine, required }) =>
      `  ${pc.green('✓')} ${graph.padEnd(5)} loads; cosine with the reference features ${cosine.toFixed(7)} (at least ${required})`,
  );
  const count = Object.keys(files).length;
  process.stdout.write(
    [
      `  ${pc.green('✓')} ${count} files have the hashes that the manifest says`,
      ...lines,
      ...(detector === undefined
        ? []
        : [`  ${pc.green('✓')} the detector loads and computes what it did in training`]),
      `Bundle ${id.slice(0, 12)} is sound.`,
      '',
    ].join('\n'),
  );
}

/** `retclip model verify BUNDLE` */
export function modelVerifyCommand(): Command {
  return new Command('verify')
    .description('re-hash a bundle, load every graph and compare stored reference features')
    .argument('<bundle>', 'folder of the bundle')
    .option('--json', 'print one JSON object', false)
    .action(verify);
}
