import { expect, test } from 'vitest';
import { jsonString } from '../../src/inspector/components/json-text.js';
import { changedFields, fieldText, flatFields } from '../../src/inspector/services/field-values.js';

const address = {
  friendly_name: null,
  sandbox: 'True',
  auto_creation: { enabled: true, webhook_url: 'http://127.0.0.1:3000/x', webhook_filters: ['onMessageAdded', 'b'] },
};
const fields = [
  ['FriendlyName', { type: 'string' }],
  ['AutoCreation.Enabled', { type: 'boolean' }],
  ['AutoCreation.WebhookUrl', { type: 'string' }],
  ['AutoCreation.WebhookFilters', { type: 'array' }],
] as const;
const texts = (changes: object = {}) =>
  new Map(
    Object.entries({ ...Object.fromEntries(fields.map(([name]) => [name, fieldText(address, name)])), ...changes }),
  );

test('a form field shows the value of its key in the record', () => {
  expect(Object.fromEntries(texts())).toEqual({
    FriendlyName: '',
    'AutoCreation.Enabled': 'true',
    'AutoCreation.WebhookUrl': 'http://127.0.0.1:3000/x',
    'AutoCreation.WebhookFilters': 'onMessageAdded\nb',
  });
  expect(fieldText(address, 'Sandbox')).toBe('true');
  expect(fieldText(undefined, 'FriendlyName')).toBe('');
});

test('only changed fields are sent, a list with one item per line', () => {
  expect(changedFields(fields, texts(), address)).toEqual({});
  const changes = { FriendlyName: 'Support', 'AutoCreation.WebhookFilters': ' a \n\nc', 'AutoCreation.WebhookUrl': '' };
  expect(changedFields(fields, texts(changes), address)).toEqual({
    FriendlyName: 'Support',
    'AutoCreation.WebhookUrl': '',
    'AutoCreation.WebhookFilters': ['a', 'c'],
  });
  expect(changedFields(fields, texts({ 'AutoCreation.WebhookFilters': '' }), address)).toEqual({
    'AutoCreation.WebhookFilters': [''],
  });
});

test('a JSON string escapes invisible characters and stays the same text', () => {
  const text = 'a\u202Eb\u200B"\n\u0085';
  expect(jsonString(text)).toBe(String.raw`"a\u202eb\u200b\"\n\u0085"`);
  expect(JSON.parse(jsonString(text))).toBe(text);
});

test('a record is shown field by field, with the fields of nested objects', () => {
  const record = { sid: 'IS1', filters: ['a', 'b'], new_message: { enabled: true, sound: { name: null } }, none: {} };
  expect(flatFields(record)).toEqual([
    ['sid', 'IS1'],
    ['filters', ['a', 'b']],
    ['new_message.enabled', true],
    ['new_message.sound.name', null],
    ['none', {}],
  ]);
});
