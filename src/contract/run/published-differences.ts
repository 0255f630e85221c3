import type { Difference, DriftKind } from '../model/drift.js';
import { formatPath, valueAt } from '../model/paths.js';
import type { Answer, Published } from '../model/target.js';

/**
 * The rules beyond comparison: two targets may agree and both be wrong. A key that the published shape does not know, a
 * key of the shape that is left out, and any other breach of it.
 */
export function publishedDifferences(published: Published, operation: string, answer: Answer): Difference[] {
  return published.violations(operation, answer).map(({ path, message }) => {
    const keys = path
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const place = keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const actual = answer.body === null ? undefined : valueAt(answer.body, place);
    return {
      kind: kindOf(message),
      path: formatPath(place),
      expected: undefined,
      actual,
      note: `published shape: ${message}`,
    };
  });
}

function kindOf(message: string): DriftKind {
  if (message === 'is not published') return 'unknown-key';
  return message === 'is missing' ? 'left-out-key' : 'shape';
}
