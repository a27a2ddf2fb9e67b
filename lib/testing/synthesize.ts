import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PROJECT_ROOT } from '../project-root.ts';
import { ScreeningStack } from '../screening-stack.ts';
import { readSettings } from '../settings.ts';

/** Context as `cdk synth` gives it, from cdk.json. */
const { context: projectContext } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as {
  readonly context: Readonly<Record<string, unknown>>;
};

/**
 * The app as bin/screening.ts makes it, but with functions that are not bundled and an image that is not hashed: both
 * have their own tests and take time.
 *
 * @param settings as by `-c name=value`
 * @param name of the stack
 */
export function synthesize(settings: Readonly<Record<string, string>> = {}, name = 'Screening') {
  const app = new App({
    context: {
      ...projectContext,
      'aws:cdk:bundling-stacks': [],
      workerImage: 'retclip-worker:1',
      prepareImage: 'retclip-prepare:1',
      screenImage: 'retclip-screen:1',
      searchImage: 'retclip-search:1',
      rescoreImage: 'retclip-rescore:1',
      trainingImage: 'retclip-training:1',
      ...settings,
    },
  });
  const stack = new ScreeningStack(app, name, { settings: readSettings(app.node) });
  const template = Template.fromStack(stack);
  rmSync(app.synth().directory, { recursive: true, force: true });
  return { app, stack, template };
}
