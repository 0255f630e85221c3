import type { Drift } from './types.js';

/** What the report expected where it gives no value. */
export function describeAbsentExpected({ kind, note = '' }: Drift): string {
  if (kind === 'left-out-key') return 'Required by the published schema; null if empty';
  if (kind === 'unknown-key') return 'No such field in the published schema';
  if (kind === 'no-answer') return 'A response';
  if (kind === 'header') return 'Header not sent';
  return note === '' ? 'Not present' : note;
}

/** What the response contained where the report gives no value. */
export function describeAbsentActual({ kind, note = '' }: Drift): string {
  if (kind === 'no-answer') return note === '' ? 'No response' : note;
  return kind === 'header' ? 'Header not sent' : 'Missing';
}
