import type { Drift } from '../../model/drift.js';
import { kindLabel } from './kinds.js';
import { counted } from './labels.js';

/** Differences that have the same cause as far as one can tell: the same kind, field, types and side. */
export interface Cause {
  readonly key: string;
  /** The kind of difference in words. */
  readonly label: string;
  /** The field, or `''` for the whole response. */
  readonly field: string;
  /** E.g. `number expected, string received`; empty if the types do not differ. */
  readonly types: string;
  /** The side that breaks a rule; empty for a difference between the sides. */
  readonly side: string;
  /** E.g. `97× in 6 operations`. */
  readonly frequency: string;
  readonly drifts: readonly Drift[];
}

/** Groups differences by cause, the most frequent cause first. */
export function causesOf(drifts: readonly Drift[]): readonly Cause[] {
  const groups = new Map<string, Drift[]>();
  for (const drift of drifts) {
    const { kind, side = '' } = drift;
    const key = [kind, fieldOf(drift), typesOf(drift), side].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [drift]);
    else group.push(drift);
  }
  return [...groups]
    .flatMap(([key, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const label = kindLabel(first.kind);
      const { side = '' } = first;
      const [field, types, frequency] = [fieldOf(first), typesOf(first), frequencyOf(group)];
      return { key, label, field, types, side, frequency, drifts: group };
    })
    .sort((a, b) => b.drifts.length - a.drifts.length);
}

/** In one line, e.g. `different type · index · number expected, string received · 97× in 6 operations`. */
export function describeCause({ label, field, types, side, frequency }: Cause): string {
  return [label, field, types, side === '' ? '' : `in ${side}`, frequency].filter((part) => part !== '').join(' · ');
}

/** The place of a difference: scenario, step, operation and path. */
export function placeOf({ scenario, step, operation, path }: Drift): string {
  return [scenario, step, operation, path === '' ? 'whole response' : path].join(' · ');
}

function frequencyOf(drifts: readonly Drift[]): string {
  const operations = [...new Set(drifts.map(({ operation }) => operation))];
  return `${drifts.length}× in ${operations.length === 1 ? operations[0] : counted(operations.length, 'operation')}`;
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
