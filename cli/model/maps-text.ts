import type { EvidenceChecks, LabelCheck, MethodCheck } from '../../model/bundle/evidence-checks.ts';

const share = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(2));

function figure(
  found: { readonly value: number; readonly low: number; readonly high: number } | null,
): string {
  if (found === null) return '–'.padEnd(20);
  return `${share(found.value)} (${share(found.low)} to ${share(found.high)})`.padEnd(20);
}

function methodLine({
  method,
  pointing,
  insideToOutside,
  overRandom,
  overCentre,
  coreMilliseconds,
}: MethodCheck): string {
  const cells = [
    method.padEnd(10),
    figure(pointing),
    share(insideToOutside).padStart(5),
    figure(overRandom),
    figure(overCentre),
    `${coreMilliseconds.toFixed(0)} ms`.padStart(7),
  ];
  return `    ${cells.join('  ')}`;
}

function labelLines({
  head,
  label,
  drawn,
  chance,
  centre,
  photographs,
  methods,
  shown,
  why,
}: LabelCheck): string[] {
  return [
    `  ${head} ${label}: ${shown === null ? 'no map' : `maps by ${shown}`}`,
    `    ${drawn} drawn eyes (a point by lot hits ${share(chance)}, the middle ${share(centre)}), ${photographs} photographs`,
    ...methods.map(methodLine),
    ...(why === null ? [] : [`    ${why}`]),
  ];
}

/** How the evidence maps of a bundle's heads were judged, for a terminal. */
export function mapsText({ labels }: EvidenceChecks): string[] {
  const heading = [
    'method'.padEnd(10),
    'pointing'.padEnd(20),
    'in/out',
    'over random'.padEnd(20),
    'over the middle'.padEnd(20),
    'core',
  ].join('  ');
  return [`    ${heading}`, ...labels.flatMap(labelLines)];
}
