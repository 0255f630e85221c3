import type { Drift } from './types.js';

/** Differences that have the same cause as far as one can tell: the same kind, field and types. */
export interface Cause {
  readonly key: string;
  readonly kind: string;
  /** The field, or `''` for the whole response. */
  readonly field: string;
  /** E.g. `number expected, string received`; empty if the types do not differ. */
  readonly types: string;
  readonly operations: readonly string[];
  readonly drifts: readonly Drift[];
}

/** Groups differences by cause, the most frequent cause first. */
export function causesOf(drifts: readonly Drift[]): readonly Cause[] {
  const groups = new Map<string, Drift[]>();
  for (const drift of drifts) {
    const key = [drift.kind, fieldOf(drift), typesOf(drift), drift.side ?? ''].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [drift]);
    else group.push(drift);
  }
  return [...groups]
    .flatMap(([key, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const operations = [...new Set(group.map(({ operation }) => operation))].sort();
      return { key, kind: first.kind, field: fieldOf(first), types: typesOf(first), operations, drifts: group };
    })
    .sort((a, b) => b.drifts.length - a.drifts.length);
}

/** The last name of a path, without positions: `messages[3].index` → `index`. */
function fieldOf({ path }: Drift): string {
  return (
    path
      .replaceAll(/\[[^\]]*\]/g, '')
      .split('.')
      .at(-1) ?? ''
  );
}

function typesOf({ expected, actual }: Drift): string {
  const [wanted, given] = [typeOf(expected), typeOf(actual)];
  return wanted === given || expected === undefined || actual === undefined
    ? ''
    : `${wanted} expected, ${given} received`;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
