import { Command } from 'commander';
import { requireFolder } from '../given-path.ts';
import { bundleText } from './bundle-text.ts';

async function info(directory: string, options: { readonly json: boolean }): Promise<void> {
  await requireFolder('Bundle', directory);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const bundle = await openBundle(directory);
  process.stdout.write(`${options.json ? JSON.stringify(bundle.manifest) : bundleText(bundle)}\n`);
}

/** `retclip model info BUNDLE` */
export function modelInfoCommand(): Command {
  return new Command('info')
    .description('print geometry, sizes and provenance of a bundle')
    .argument('<bundle>', 'folder of the bundle')
    .option('--json', 'print the manifest as one JSON object', false)
    .action(info);
}
