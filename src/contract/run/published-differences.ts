import type { Difference, DriftKind } from '../model/drift.js';
import { formatPath, valueAt } from '../model/paths.js';
import type { Answer, Published } from '../model/target.js';

/** Violations of the published schema. They are checked on each side, because two targets can agree and both be wrong. */
export function publishedDifferences(published: Published, operation: string, answer: Answer): Difference[] {
  return published.violations(operation, answer).map(({ path: pointer, message }) => {
    const keys = pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const path = keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    return {
      kind: kindOf(message),
      path: formatPath(path),
      expected: undefined,
      actual: answer.body === null ? undefined : valueAt(answer.body, path),
      note: `published schema: ${message}`,
    };
  });
}

function kindOf(message: string): DriftKind {
  if (message === 'is not published') return 'field-not-in-schema';
  return message === 'is missing' ? 'missing-required-field' : 'schema-violation';
}
