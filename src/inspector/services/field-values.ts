import type { FieldSchema, FormValues } from '../data/types.js';

export type TwilioRecord = Readonly<Record<string, unknown>>;

/** The path of a form field's value in a response: `AutoCreation.WebhookUrl` → `auto_creation`, `webhook_url`. */
function keysOf(field: string): string[] {
  return field.split('.').map((part) => part.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

/** A value in a record by the path of its keys, e.g. `['configuration', 'url']`. */
export function valueAt(record: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as TwilioRecord)[key] : undefined),
    record,
  );
}

/** The fields of a record, those of its objects as well, each by the path of its keys: `new_message.enabled`. */
export function flatFields(record: TwilioRecord, prefix = ''): (readonly [path: string, value: unknown])[] {
  return Object.entries(record).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isNested && Object.keys(value).length > 0
      ? flatFields(value as TwilioRecord, `${path}.`)
      : [[path, value] as const];
  });
}

export function isList({ type }: FieldSchema): boolean {
  return type === 'array';
}

export function isBoolean({ type }: FieldSchema): boolean {
  return type === 'boolean';
}

/** What a form shows for a field of a record; a list has one item per line. */
export function fieldText(record: TwilioRecord | undefined, field: string): string {
  const value = valueAt(record, keysOf(field));
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join('\n');
  // Twilio writes some booleans as `True`, but reads `true`.
  if (value === 'True' || value === 'False') return value.toLowerCase();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The fields to send: those whose text differs from the record's. An empty list is sent as one empty item. */
export function changedFields(
  fields: readonly (readonly [name: string, schema: FieldSchema])[],
  texts: ReadonlyMap<string, string>,
  record: TwilioRecord | undefined,
): FormValues {
  const changed = fields.filter(([name]) => (texts.get(name) ?? '') !== fieldText(record, name));
  return Object.fromEntries(
    changed.map(([name, schema]) => {
      const text = texts.get(name) ?? '';
      return [name, isList(schema) ? linesOf(text) : text];
    }),
  );
}

function linesOf(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? [''] : lines;
}
