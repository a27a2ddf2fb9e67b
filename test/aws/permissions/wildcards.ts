/**
 * Whether a text is of a pattern, in which `*` stands for any text, an empty one too, and `?` for one character. In policies
 * `${*}`, `${?}` and `${$}` stand for those characters themselves.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesPattern(pattern: string, text: string, { ignoreCase = false } = {}): boolean {
  const source = pattern.replaceAll(/\$\{([*?$])\}|[\\^$.*+?()[\]{}|/]/g, (found, literal?: string) => {
    if (literal !== undefined) return `\\${literal}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, ignoreCase ? 'isu' : 'su').test(text);
}

/**
 * Whether an ARN is of a pattern, each of its six parts by itself. What stands behind the fifth colon is one part.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [arnParts(pattern), arnParts(arn)];
  return patterns.length === 6 && parts.length === 6
    ? patterns.every((part, index) => matchesPattern(part, parts[index] ?? ''))
    : pattern === '*';
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
