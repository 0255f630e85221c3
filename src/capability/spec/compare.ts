import { isDeepStrictEqual } from 'node:util';
import type { ShapesFile } from '../shapes.js';

/** Lists the changes between two shapes files, one line each: operation or schema, field, before → after. */
export function compareShapes(before: ShapesFile, after: ShapesFile): string[] {
  return [
    ...changes(before.operations, after.operations, (name) => `operation ${name}`),
    ...changes(before.schemas, after.schemas, (name) => `schema ${name}`),
  ];
}

type Tree = Readonly<Record<string, unknown>>;

function changes(before: object, after: object, label: (name: string) => string): string[] {
  return keysOf(before, after).flatMap((name) =>
    differences((before as Tree)[name], (after as Tree)[name], label(name), []),
  );
}

function differences(before: unknown, after: unknown, label: string, path: readonly string[]): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isTree(before) && isTree(after)) {
    return keysOf(before, after).flatMap((key) => differences(before[key], after[key], label, [...path, key]));
  }
  const field = path.filter((step) => step !== 'properties').join('.');
  return [`${label}${field && ` · ${field}`}: ${shown(before)} → ${shown(after)}`];
}

function isTree(value: unknown): value is Tree {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function keysOf(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
