import { describe, expect, it } from 'vitest';
import type { Operation } from '../../src/core/operation.js';
import { OperationIndex } from '../../src/core/operation-index.js';

function operation(namespace: string, name: string): Operation {
  return {
    id: `${namespace}.${name}`,
    name,
    namespace,
    baseUri: 'https://api.example.com',
    noun: 'Roles',
    verb: 'fetch',
    scope: 'account',
    method: 'GET',
    path: `/${namespace}/${name}`,
    description: '',
    parameters: [],
  };
}

const [ours, theirs, only] = [operation('a', 'role'), operation('b', 'role'), operation('b', 'user')];
const index = new OperationIndex([ours, theirs, only]);

describe('an operation', () => {
  it('is found by its plain name when no other operation has that name, and always by its id', () => {
    expect(index.find('user')).toBe(only);
    expect(index.find('b.user')).toBe(only);
    expect(index.find('a.role')).toBe(ours);
    expect(index.find('b.role')).toBe(theirs);
    expect(index.find('role')).toBeUndefined();
  });

  it('is shown by its plain name when that is unique, and else by its id', () => {
    expect(index.names()).toEqual(['a.role', 'b.role', 'user']);
  });

  it('whose plain name is the id of another operation is found by its own id only', () => {
    const dotted = operation('c', 'a.role');
    const withDotted = new OperationIndex([ours, dotted]);
    expect(withDotted.find('a.role')).toBe(ours);
    expect(withDotted.nameOf(dotted)).toBe('c.a.role');
    expect(withDotted.find('c.a.role')).toBe(dotted);
  });
});

describe('a name that identifies no operation', () => {
  it('gets the closest name', () => {
    expect(() => index.get('usr')).toThrow('There is no operation `usr`. Did you mean `user`?');
  });

  it('gets the ids of the operations that share it', () => {
    expect(() => index.get('role')).toThrow('2 operations are named `role`. Call `a.role` or `b.role`.');
  });
});
