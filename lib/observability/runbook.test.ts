import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../project-root.ts';
import { resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';
import { anchorOf, PARAGRAPHS, paragraphOf, RunbookError } from './runbook.ts';

const PROFILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  standard: {},
  cheap: { profile: 'cheap' },
  'the live lane, with GPU workers for jobs': { screeningLane: 'live' },
  'GPU workers alone, and a training': { screeningLane: 'gpu', trainingNodes: '1' },
  'an issuer of its own': { jwtIssuer: 'https://issuer.example.org', jwtAudience: 'retclip' },
};

/** The alarms of a stack that is called as its monitor is have the name once. */
const NAMES: Readonly<Record<string, string>> = { cheap: 'RetclipScreening' };

const page = readFileSync(join(PROJECT_ROOT, 'docs/runbook.md'), 'utf8');
/** Paragraphs of the page, by their headings. */
const paragraphs = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text] as const),
);
const stacks = Object.entries(PROFILES).map(([profile, settings]) => {
  const { template } = synthesize(settings, NAMES[profile]);
  return [profile, resourcesOf(template, 'AWS::CloudWatch::Alarm')] as const;
});
/** What only scales is called by none. */
const SCALING = 'Alarms that scale';

function nameWithoutStack({
  properties,
}: {
  readonly properties: Readonly<Record<string, unknown>>;
}): string {
  return String(properties.AlarmName).replace(/^[^-]+-/, '');
}

describe.each(stacks)('in a stack of profile %s', (_, alarms) => {
  const told = alarms.filter(
    ({ properties }) => properties.AlarmActions !== undefined && properties.AlarmName,
  );
  const scaling = alarms.filter((alarm) => !told.includes(alarm));

  it('every alarm that calls a person names a paragraph of the runbook, which is there', () => {
    expect(told.length).toBeGreaterThan(55);
    for (const { properties } of told) {
      const [, anchor] = /See docs\/runbook\.md#(\S+)$/.exec(String(properties.AlarmDescription)) ?? [];
      const headings = [...paragraphs.keys()].filter((heading) => anchorOf(heading) === anchor);
      expect(headings, String(properties.AlarmName)).toHaveLength(1);
    }
  });

  it('CloudWatch takes every description', () => {
    for (const { properties } of told)
      expect(String(properties.AlarmDescription).length).toBeLessThanOrEqual(1_024);
  });

  it('the paragraph of an alarm speaks of its queue or its function', () => {
    for (const alarm of told) {
      const name = nameWithoutStack(alarm);
      const [, subject] =
        /^([a-z-]+)-(?:queue-(?:DLQ-Queue-Message-Count|Queue-Message-Age-Max-Warning)|function)/.exec(
          name,
        ) ?? [];
      if (subject !== undefined)
        expect(paragraphs.get(paragraphOf(name).heading)).toContain(`\`${subject}\``);
    }
  });

  it('alarms that call no person are those that scale', () => {
    for (const { id, properties } of scaling) {
      expect(properties.AlarmDescription).toMatch(/nothing to do/);
      const [, kind = ''] = /(Backlog|Idle)[0-9A-F]{8}$/.exec(id) ?? [];
      expect(paragraphs.get(SCALING)).toContain(`\`${kind}\``);
    }
  });
});

describe('the runbook', () => {
  it('has the paragraphs that alarms name, in their order, and no other', () => {
    expect([...paragraphs.keys()]).toEqual([...PARAGRAPHS.map(({ heading }) => heading), SCALING]);
  });

  it.each(PARAGRAPHS.map(({ heading, alarms }) => [heading, alarms] as const))(
    '%s: some stack has such an alarm',
    (_, alarms) => {
      const names = stacks.flatMap(([, all]) => all.map(nameWithoutStack));
      expect(names.some((name) => alarms.test(name))).toBe(true);
    },
  );

  it.each([...paragraphs])(
    '%s: says which alarms, what it means, what to look at and what to do',
    (_, text) => {
      const parts = [...text.matchAll(/^\*\*(.+?)\*\* \S/gm)].map(([, part]) => part);
      expect(parts).toEqual(['Alarms', 'It means', 'Look at', 'Do']);
    },
  );

  it.each(PARAGRAPHS.map(({ heading, alarms }) => [heading, alarms] as const))(
    '%s: names its alarms as CloudWatch does',
    (heading, alarms) => {
      const [line = ''] = /^\*\*Alarms\*\* [\s\S]*?(?=\n\n)/m.exec(paragraphs.get(heading) ?? '') ?? [];
      const names = [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      const told = names.filter((name) => /-(?:Warning|Critical)$/.test(name));
      expect(told.length).toBeGreaterThan(0);
      for (const name of told)
        expect(name.replace('QUEUE', 'intake').replace('FUNCTION', 'intake')).toMatch(alarms);
    },
  );

  it('leaves no alarm without a paragraph: a new one is refused when the stack is made', () => {
    expect(() => paragraphOf('Moon-Full-Warning')).toThrow(RunbookError);
    expect(() => paragraphOf('Moon-Full-Warning')).toThrow(/found 0\. Write it/);
  });
});
