/** The kinds of difference in a contract report (`DriftKind` in src/contract/model/drift.ts) in words. */
export const kindLabels: Readonly<Record<string, string>> = {
  missing: 'missing',
  extra: 'unexpected',
  type: 'different type',
  value: 'different value',
  form: 'different form',
  status: 'different HTTP status',
  code: 'different error code',
  header: 'different header',
  latency: 'too slow',
  order: 'different order',
  link: 'different link',
  promise: 'failed expectation',
  'unknown-key': 'field not in schema',
  'left-out-key': 'missing required field',
  shape: 'schema violation',
  'no-answer': 'no response',
};
