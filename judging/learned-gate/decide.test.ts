import { describe, expect, it } from 'vitest';
import { decideReason } from './decide.ts';
import { GATE_LIMITS } from './limits.ts';

/** Answers to a photograph of which nothing is wrong. */
const SOUND = {
  ...{ fundus: 0.99, colour: 0.99, gradable: 0.99, macula: 0.99 },
  ...{ focus: 0.01, dark: 0.01, bright: 0.01, covered: 0.01, haze: 0.01 },
};
const just = (limit: number) => limit - 1e-6;

describe('the rules and the learned gate together', () => {
  it('take a photograph of which nothing is wrong', () => {
    expect(decideReason(null, SOUND, 'macula')).toBeNull();
    expect(decideReason(null, SOUND, null)).toBeNull();
  });

  it.each([
    ['fundus', 'leastFundus', 'not-a-fundus-photograph'],
    ['colour', 'leastColour', 'not-a-colour-photograph'],
    ['macula', 'leastMacula', 'macula-not-seen'],
  ] as const)('ask for %s at its limit, and refuse below it', (answer, limit, reason) => {
    expect(decideReason(null, { ...SOUND, [answer]: GATE_LIMITS[limit] }, null)).toBeNull();
    expect(decideReason(null, { ...SOUND, [answer]: just(GATE_LIMITS[limit]) }, null)).toBe(reason);
  });

  it.each([
    ['focus', 'out-of-focus'],
    ['dark', 'too-dark'],
    ['bright', 'too-bright'],
    ['covered', 'field-covered'],
    ['haze', 'media-opacity'],
  ] as const)('name the surest defect of what is hardly gradable: %s', (defect, reason) => {
    const answers = { ...SOUND, focus: 0.3, dark: 0.3, bright: 0.3, covered: 0.3, haze: 0.3, [defect]: 0.4 };
    expect(decideReason(null, { ...answers, gradable: just(GATE_LIMITS.leastGradable) }, 'macula')).toBe(
      reason,
    );
    expect(decideReason(null, { ...answers, gradable: GATE_LIMITS.leastGradable }, 'macula')).toBeNull();
  });

  it('refuse what is surely covered, though the rest could be graded', () => {
    const covered = { ...SOUND, covered: GATE_LIMITS.mostCovered };
    expect(decideReason(null, covered, 'disc')).toBe('field-covered');
    expect(decideReason(null, { ...covered, covered: just(GATE_LIMITS.mostCovered) }, 'disc')).toBeNull();
  });

  it('refer for haze where the rules see a lack of focus or too much light, and send back where they see the dark', () => {
    const hazy = { ...SOUND, haze: GATE_LIMITS.hazeOfBlur };
    expect(decideReason('out-of-focus', hazy, null)).toBe('media-opacity');
    expect(decideReason('too-bright', hazy, null)).toBe('media-opacity');
    expect(decideReason('too-dark', hazy, null)).toBe('too-dark');
    expect(decideReason('out-of-focus', { ...hazy, focus: 0.9 }, null)).toBe('out-of-focus');
    expect(decideReason('out-of-focus', { ...hazy, haze: just(GATE_LIMITS.hazeOfBlur) }, null)).toBe(
      'out-of-focus',
    );
  });

  it('refuse what the rules refuse, however sure the gate is', () => {
    for (const reason of ['field-not-found', 'retina-too-small', 'too-dark', 'out-of-focus'] as const)
      expect(decideReason(reason, SOUND, 'macula')).toBe(reason);
  });

  it('say what kind of picture it is before what is wrong with it', () => {
    const nothing = { ...SOUND, fundus: 0, colour: 0, gradable: 0, macula: 0, haze: 1 };
    expect(decideReason('out-of-focus', nothing, null)).toBe('not-a-fundus-photograph');
    expect(decideReason('out-of-focus', { ...nothing, fundus: 1 }, null)).toBe('not-a-colour-photograph');
    expect(decideReason('retina-too-small', nothing, null)).toBe('retina-too-small');
  });

  it('say what is wrong with the light where it took the colours away', () => {
    const pale = { ...SOUND, colour: 0 };
    expect(decideReason('too-dark', pale, null)).toBe('too-dark');
    expect(decideReason('too-bright', pale, null)).toBe('too-bright');
    expect(decideReason(null, { ...pale, gradable: 0, bright: 0.9 }, null)).toBe('too-bright');
    expect(decideReason(null, { ...pale, bright: 0.1 }, null)).toBe('not-a-colour-photograph');
  });

  it('do not ask a photograph of the disc for its macula', () => {
    const answers = { ...SOUND, macula: 0 };
    expect(decideReason(null, answers, 'disc')).toBeNull();
    expect(decideReason(null, answers, 'macula')).toBe('macula-not-seen');
    expect(decideReason(null, answers, null)).toBe('macula-not-seen');
  });
});
