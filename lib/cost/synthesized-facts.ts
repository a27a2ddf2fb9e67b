import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PROJECT_ROOT } from '../project-root.ts';
import { ScreeningStack } from '../screening-stack.ts';
import { readSettings } from '../settings.ts';
import type { Facts } from './page/estimate.ts';
import { type CostedTemplate, factsOf, type StackFacts } from './stack/stack-facts.ts';

/** Images that are named are not built: their content costs nothing. */
const NAMED_IMAGES = Object.fromEntries(
  ['worker', 'prepare', 'search', 'rescore', 'screen'].map((name) => [`${name}Image`, `retclip-${name}:1`]),
);

function factsWith(profile: string): StackFacts {
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const app = new App({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...NAMED_IMAGES, profile } });
  const stack = new ScreeningStack(app, 'Screening', { settings: readSettings(app.node) });
  const assembly = app.synth();
  const template = assembly.getStackArtifact(stack.artifactId).template as CostedTemplate;
  rmSync(assembly.directory, { recursive: true, force: true });
  return factsOf(template);
}

/** What each profile of the stack has, as it is synthesised. */
export function synthesizedFacts(): Facts {
  return { standard: factsWith('standard'), cheap: factsWith('cheap') };
}
