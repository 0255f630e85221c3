import { textOf } from '../model/paths.js';

/** A body as Twilio form fields: dotted keys for objects, repeated keys for lists, JSON text for `Attributes`. */
export function formFieldsOf(body: unknown, prefix = ''): [name: string, value: string][] {
  return Object.entries(body as Record<string, unknown>).flatMap(([key, value]): [string, string][] => {
    const name = prefix + key;
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((item) => [name, fieldText(item)]);
    if (typeof value !== 'object' || value === null || key === 'Attributes') return [[name, fieldText(value)]];
    return formFieldsOf(value, `${name}.`);
  });
}

function fieldText(value: unknown): string {
  return value === null ? '' : textOf(value);
}
