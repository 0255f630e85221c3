import type { Json } from '../../core/body.js';
import { parsePath, textOf, valueAt } from './paths.js';

/** Answers that steps have kept, by their names. */
export type Kept = ReadonlyMap<string, Json>;

/** A step that refers to what is not there. It cannot be made, which is itself a finding. */
export class ReferenceError extends Error {
  override readonly name = 'ReferenceError';
}

const REFERENCE = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** Every reference in a value, e.g. `role.sid`. */
export function referencesIn(value: unknown): string[] {
  if (typeof value === 'string') return Array.from(value.matchAll(REFERENCE), (match) => match[1] ?? '');
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}

/** A value with its references filled in. A text that is nothing but a reference becomes the kept value itself. */
export function resolve(value: unknown, kept: Kept): unknown {
  if (typeof value === 'string') return resolveText(value, kept);
  if (Array.isArray(value)) return value.map((item) => resolve(item, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, kept)]));
}

function resolveText(text: string, kept: Kept): Json {
  const [whole] = text.matchAll(REFERENCE);
  if (whole?.[0] === text) return lookUp(whole[1] ?? '', kept);
  return text.replaceAll(REFERENCE, (_, reference: string) => textOf(lookUp(reference, kept)));
}

function lookUp(reference: string, kept: Kept): Json {
  const [name = '', ...path] = parsePath(reference);
  const answer = kept.get(textOf(name));
  if (answer === undefined) throw new ReferenceError(`nothing was kept as \`${name}\``);
  const value = valueAt(answer, path);
  if (value === undefined || value === null) {
    throw new ReferenceError(`\`{{${reference}}}\` is ${value === null ? 'null' : 'not there'}`);
  }
  return value;
}
