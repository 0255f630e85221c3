import { describe, expect, it } from 'vitest';
import { findOperation } from '../../src/core/find-operation.js';
import type { Operation } from '../../src/core/operation.js';

const base: Operation = {
  id: 'conversations-services.fetchservicerole',
  name: 'fetchservicerole',
  namespace: 'conversations-services',
  baseUri: 'https://conversations.twilio.com',
  noun: 'Roles',
  verb: 'fetch',
  scope: 'service',
  method: 'GET',
  path: '/v1/Services/{ChatServiceSid}/Roles/{Sid}',
  description: '',
  parameters: [],
};
const operations: readonly Operation[] = [
  base,
  { ...base, name: 'fetchrole', scope: 'account' },
  { ...base, name: 'deleterole', verb: 'delete', scope: 'account' },
];

describe('finding an operation', () => {
  it('takes the one with the same noun, verb and scope', () => {
    const found = findOperation(operations, { noun: 'Roles', verb: 'delete', scope: 'account' });
    expect(found.name).toBe('deleterole');
  });

  it('names the verb, the noun and the scope when there is none', () => {
    const missing = { noun: 'Roles', verb: 'delete', scope: 'service' } as const;
    expect(() => findOperation(operations, missing)).toThrow(/delete Roles in scope service/);
  });
});
