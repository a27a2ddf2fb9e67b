import { requiredFields } from '../../core/exams/capture-protocol.ts';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { type OutcomePolicy, policyId } from '../../core/policies/index.ts';
import type { ProgramSettings } from '../../core/programs/program-settings.ts';
import { policyText } from '../policy/policy-text.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalText } from '../terminal/text.ts';

function protocolText(protocol: ProgramSettings['captureProtocol']): string {
  const name = typeof protocol === 'string' ? protocol : protocol.name;
  return `${name}: ${requiredFields(protocol).join(', ')}`;
}

function policyName({ name }: OutcomePolicy): string {
  return name ?? 'without a name';
}

/** A program's settings for people, each under the name that the API has for it. */
export function settingsText(program: string, settings: ProgramSettings): string {
  const { pairingWindowSeconds, settleSeconds, captureProtocol, review, policy } = settings;
  const days = OUTCOMES.map((outcome) => `${outcome} ${review.deadlineDays[outcome]}`).join(', ');
  const lines = [
    pc.bold(program),
    `pairingWindowSeconds  ${pairingWindowSeconds}: so long an exam waits for photographs that are missing`,
    `settleSeconds         ${settleSeconds}: so long none may come for an exam that nobody announced`,
    `captureProtocol       ${protocolText(captureProtocol)}`,
    `review                ${review.overReadShare} of negatives are read over; days to read: ${days}`,
    `  grades              ${review.gradingScheme}${review.requireGrades ? ', of each eye that has a photograph' : ', where a reader gives them'}`,
    `  blindToModel        ${review.blindToModel ? 'readers learn what the machine found after their own verdict' : 'first readers and arbiters see what the machine found'}`,
    `policy                ${policyName(policy)} ${pc.dim(policyId(policy))}`,
    ...policyText(policy).split('\n'),
  ];
  return lines.map((line) => terminalText(line, 4)).join('\n');
}
