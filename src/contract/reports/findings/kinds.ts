import type { DriftKind } from '../../model/drift.js';

/** A kind of difference in words: a label for lists, and what it means. */
interface KindText {
  readonly label: string;
  readonly meaning: string;
}

export const KINDS: Readonly<Record<DriftKind, KindText>> = {
  missing: { label: 'missing', meaning: 'The right side has a field or a record that the left side does not have.' },
  extra: { label: 'unexpected', meaning: 'The left side has a field or a record that the right side does not have.' },
  type: { label: 'different type', meaning: 'The values have different JSON types.' },
  value: { label: 'different value', meaning: 'The values differ.' },
  form: {
    label: 'different form',
    meaning: 'The values may differ, but their form must be the same, such as the format of a date or a SID.',
  },
  status: { label: 'different HTTP status', meaning: 'The responses have different HTTP status codes.' },
  code: { label: 'different error code', meaning: 'Both sides refuse the call, with different error codes of Twilio.' },
  header: {
    label: 'different header',
    meaning: 'Only one side sends the header, or the content type of the response is wrong.',
  },
  latency: { label: 'too slow', meaning: 'The response took longer than --max-latency allows.' },
  order: { label: 'different order', meaning: 'The records are the same, but their order differs.' },
  link: { label: 'different link', meaning: 'A URL in the response leads to another resource.' },
  'failed-expectation': {
    label: 'failed expectation',
    meaning: 'The response does not have what the scenario expects of every server.',
  },
  'field-not-in-schema': {
    label: 'field not in schema',
    meaning: 'The response has a field that the published schema does not have.',
  },
  'missing-required-field': {
    label: 'missing required field',
    meaning: 'The response lacks a field of the published schema. Twilio sends every field, with null if it is empty.',
  },
  'schema-violation': { label: 'schema violation', meaning: 'A value in the response violates the published schema.' },
  'no-response': { label: 'no response', meaning: 'The call could not be sent, or there was no response.' },
};

/** A report of another version may have kinds that this one does not know. */
export function kindLabel(kind: string): string {
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as DriftKind].label : kind;
}
