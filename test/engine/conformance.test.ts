import { describe, expect, it } from 'vitest';
import { loadShapes } from '../../src/capability/shapes.js';
import { createConformance } from '../../src/engine/conformance.js';
import { bodyOf, type Json, type JsonObject } from '../../src/core/body.js';
import type { Result } from '../../src/core/operation.js';
import { operationNamed } from '../helpers/operations.js';

const conforms = createConformance(loadShapes());
const check = (operation: string, result: Result) => conforms(operationNamed(operation), result);
const answer = (status: number, value: Json | undefined) => ({
  status,
  headers: {},
  body: value === undefined ? null : bodyOf(value),
});

const hex = 'a'.repeat(32);
const role: JsonObject = {
  sid: `RL${hex}`,
  account_sid: `AC${hex}`,
  chat_service_sid: `IS${hex}`,
  friendly_name: 'agent',
  type: 'conversation',
  permissions: ['sendMessage'],
  date_created: '2026-01-01T00:00:00Z',
  date_updated: '2026-01-01T00:00:00Z',
  url: `https://conversations.twilio.com/v1/Services/IS${hex}/Roles/RL${hex}`,
};
const meta: JsonObject = {
  page: 0,
  page_size: 50,
  first_page_url: 'https://example.com/v1/Roles?PageSize=50&Page=0',
  previous_page_url: null,
  url: 'https://example.com/v1/Roles?PageSize=50&Page=0',
  next_page_url: null,
  key: 'roles',
};

describe('an answer that conforms to the published schema has no violation', () => {
  it.each<[string, string, number, Json | undefined]>([
    ['a resource', 'fetchservicerole', 200, role],
    ['a created resource', 'createservicerole', 201, role],
    ['a list', 'listservicerole', 200, { meta, roles: [role, role] }],
    ['an empty list', 'listservicerole', 200, { meta, roles: [] }],
    ['a delete', 'deleteservicerole', 204, undefined],
    ['a null in a nullable field', 'fetchservicerole', 200, { ...role, friendly_name: null }],
    [
      'a refusal',
      'fetchservicerole',
      404,
      { code: 20404, message: 'gone', more_info: 'https://example.com', status: 404 },
    ],
  ])('%s', (_case, operation, status, body) => {
    expect(check(operation, answer(status, body))).toEqual([]);
  });
});

describe('a violation has the path and the difference', () => {
  const { sid: _sid, ...withoutSid } = role;

  it.each<[string, string, number, Json | undefined, string, string]>([
    ['a missing key', 'fetchservicerole', 200, withoutSid, '/sid', 'is missing'],
    ['an extra key', 'fetchservicerole', 200, { ...role, colour: 'red' }, '/colour', 'is not published'],
    ['a wrong type', 'fetchservicerole', 200, { ...role, permissions: 'all' }, '/permissions', 'must be array,null'],
    [
      'an unknown value',
      'fetchservicerole',
      200,
      { ...role, type: 'x' },
      '/type',
      'must be one of conversation, service',
    ],
    [
      'an invalid date',
      'fetchservicerole',
      200,
      { ...role, date_created: 'now' },
      '/date_created',
      'must match format "date-time"',
    ],
    ['an item of a list', 'listservicerole', 200, { meta, roles: [role, withoutSid] }, '/roles/1/sid', 'is missing'],
    [
      'an extra key of meta',
      'listservicerole',
      200,
      { meta: { ...meta, total: 1 }, roles: [] },
      '/meta/total',
      'is not published',
    ],
    ['another success status', 'createservicerole', 200, role, '', 'status is 200, published is 201'],
    ['an unexpected body', 'deleteservicerole', 204, {}, '', 'status 204 must not have a body'],
    ['a missing body', 'fetchservicerole', 200, undefined, '', 'the body is missing'],
    ['a refusal without a body', 'fetchservicerole', 404, undefined, '', 'status 404 requires an error body'],
    [
      'a refusal without a code',
      'fetchservicerole',
      404,
      { message: '', more_info: '', status: 404 },
      '/code',
      'is missing',
    ],
    [
      'a refusal whose body has another status',
      'fetchservicerole',
      404,
      { code: 1, message: '', more_info: '', status: 400 },
      '/status',
      'is 400, the HTTP status is 404',
    ],
  ])('%s', (_case, operation, status, body, path, message) => {
    expect(check(operation, answer(status, body))).toContainEqual({ path, message });
  });
});

it('an operation of another product is never compared with the schema of the same name', () => {
  const other = { ...operationNamed('fetchservicerole'), namespace: 'other' };
  expect(conforms(other, answer(200, role))).toEqual([
    { path: '', message: 'no schema is published for fetchservicerole' },
  ]);
});
