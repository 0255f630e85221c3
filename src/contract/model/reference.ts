import type { Json } from '../../core/body.js';
import { parsePath, textOf, valueAt } from './paths.js';

/** Values that references can name: saved responses and the target's prerequisites, by name. */
export type Variables = ReadonlyMap<string, Json>;

/** A reference that has no value, so the step cannot be sent. */
export class ReferenceError extends Error {
  override readonly name = 'ReferenceError';
}

const REFERENCE = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The names of all variables that a value refers to: `{{role.sid}}` gives `role`. */
export function variablesIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return Array.from(value.matchAll(REFERENCE), ([, reference = '']) => reference.split(/[.[]/)[0] ?? '');
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(variablesIn);
}

/** Replaces references by values. A string that consists of one reference becomes the value itself, of any type. */
export function resolve(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return resolveText(value, variables);
  if (Array.isArray(value)) return value.map((item) => resolve(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, variables)]));
}

function resolveText(text: string, variables: Variables): Json {
  const [first] = text.matchAll(REFERENCE);
  if (first?.[0] === text) return lookUp(first[1] ?? '', variables);
  return text.replaceAll(REFERENCE, (_, reference: string) => textOf(lookUp(reference, variables)));
}

function lookUp(reference: string, variables: Variables): Json {
  const [name = '', ...path] = parsePath(reference);
  const variable = variables.get(textOf(name));
  if (variable === undefined) throw new ReferenceError(`nothing is saved as \`${name}\``);
  const value = valueAt(variable, path);
  if (value === undefined || value === null) {
    throw new ReferenceError(`\`{{${reference}}}\` is ${value === null ? 'null' : 'not in the saved response'}`);
  }
  return value;
}
