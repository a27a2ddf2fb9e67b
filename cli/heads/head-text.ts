import { precisionText } from '../../core/activation/precisions.ts';
import { type Head, headId } from '../../core/heads/head.ts';
import { colours as pc } from '../terminal/colours.ts';

/** What a head is, for a terminal. */
export function headText(head: Head): string {
  const { name, kind, feature, labels, trained, lowest } = head;
  const grades = lowest === undefined ? '' : `, above ${lowest}`;
  return [
    `${pc.bold(name)} ${pc.dim(headId(head))}`,
    `  ${kind} of ${feature}: ${labels.map((label) => label.name).join(', ')}${grades}`,
    `  reads features of precision ${precisionText(head.precision)}`,
    ...(trained ? [] : [pc.yellow('  The model is UNTRAINED: its findings mean nothing.')]),
    pc.dim('  Research use only: not for diagnosis.'),
  ].join('\n');
}
