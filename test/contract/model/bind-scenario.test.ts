import { describe, expect, it } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import type { Operation, Scope } from '../../../src/core/operation.js';

const operation = (name: string, noun: string, scope: Scope): Operation => ({
  id: `test.${name}`,
  name,
  noun,
  scope,
  verb: 'create',
  namespace: 'test',
  baseUri: 'https://api.example.com',
  method: 'POST',
  path: `/v1/${noun}`,
  description: '',
  parameters: [],
});

const operations = [
  operation('createroom', 'Rooms', 'account'),
  operation('createserviceroom', 'Rooms', 'service'),
  operation('createservice', 'Services', 'account'),
];
const nameOf = (reference: string, scope?: Scope) => findOperation(reference, operations, scope)?.name;

describe('the operation of a step', () => {
  it('given by verb and noun is the one in the scope of the run', () => {
    expect(nameOf('create Rooms', 'service')).toBe('createserviceroom');
    expect(nameOf('create Rooms', 'account')).toBe('createroom');
  });

  it('given by verb and noun is the same in every scope if it exists in one scope only', () => {
    expect(nameOf('create Services', 'service')).toBe('createservice');
  });

  it('given by name is the same in every scope', () => {
    expect(nameOf('createroom', 'service')).toBe('createroom');
  });

  it('is undefined if there is no such operation', () => {
    expect(nameOf('delete Rooms')).toBeUndefined();
  });
});
