import type { JSX } from 'preact';
import { isRecordSid, SidLink } from '../components/sid-link.js';
import { Text } from '../components/text.js';

/** Longer texts are cut in tables; the record's own page shows all of it. */
const MAX_CHARACTERS = 80;
const MAX_ITEMS = 4;

interface FieldValueProps {
  readonly value: unknown;
  /** Shows all of it, however long it is. */
  readonly isWhole?: boolean;
}

/** A value of Twilio's JSON in a table cell. */
export function FieldValue({ value, isWhole = false }: FieldValueProps): JSX.Element {
  if (value === null || value === undefined || value === '') return <span class="hint">—</span>;
  const textOf = isWhole ? String : shorten;
  if (typeof value === 'string') return isRecordSid(value) ? <SidLink value={value} /> : <Text value={textOf(value)} />;
  if (!Array.isArray(value)) return <Text value={textOf(JSON.stringify(value))} />;
  if (value.length === 0) return <span class="hint">none</span>;
  const shown = isWhole ? value : value.slice(0, MAX_ITEMS);
  const remaining = value.length - shown.length;
  return (
    <>
      <Text value={shown.join(', ')} />
      {remaining > 0 && <span class="hint"> and {remaining} more</span>}
    </>
  );
}

function shorten(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)}…`;
}
