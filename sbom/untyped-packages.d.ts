declare module 'spdx-satisfies' {
  /** Whether a licence expression can be met by the allowed licences. @throws Error if it is no SPDX expression */
  export default function satisfies(expression: string, allowed: readonly string[]): boolean;
}
