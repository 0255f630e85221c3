import { expect, test } from 'vitest';
import { PathTree } from '../../src/util/path-tree.js';

function treeOf(...paths: string[]): PathTree<string> {
  const tree = new PathTree<string>();
  for (const path of paths) tree.add('GET', path, path);
  return tree;
}

test('a placeholder gives its value, and a literal segment takes precedence', () => {
  const tree = treeOf('/v1/Users/{Sid}', '/v1/Users/me', '/v1/Users/me/{Key}', '/v1/Users/{Sid}/Roles');
  expect(tree.find('GET', '/v1/Users/US1')).toEqual({ value: '/v1/Users/{Sid}', placeholders: ['US1'] });
  expect(tree.find('GET', '/v1/Users/me')).toEqual({ value: '/v1/Users/me', placeholders: [] });
  expect(tree.find('GET', '/v1/Users/me/Roles')).toEqual({ value: '/v1/Users/me/{Key}', placeholders: ['Roles'] });
  expect(tree.find('GET', '/v1/Users/US1/Roles')?.value).toBe('/v1/Users/{Sid}/Roles');
});

test('when a literal leads to nothing, the placeholder beside it is tried', () => {
  const tree = treeOf('/{A}/x', '/me/y');
  expect(tree.find('GET', '/me/x')).toEqual({ value: '/{A}/x', placeholders: ['me'] });
});

test('a segment may hold placeholders and text', () => {
  const tree = treeOf('/Calls/{Sid}.json', '/Ranges/{From}-{To}');
  expect(tree.find('GET', '/Calls/CA1.json')?.placeholders).toEqual(['CA1']);
  expect(tree.find('GET', '/Calls/CA1')).toBeUndefined();
  expect(tree.find('GET', '/Ranges/1-9')?.placeholders).toEqual(['1', '9']);
});

test('segments are decoded after the path is split', () => {
  const tree = treeOf('/Users/{Sid}');
  expect(tree.find('GET', '/%55sers/a%2Fb%20c')?.placeholders).toEqual(['a/b c']);
});

test('a placeholder matches an empty segment, and a longer or shorter path does not match', () => {
  const tree = treeOf('/Users/{Sid}');
  expect(tree.find('GET', '/Users/')?.placeholders).toEqual(['']);
  expect(tree.find('GET', '/Users')).toBeUndefined();
  expect(tree.find('GET', '/Users/1/')).toBeUndefined();
});

test('each method has its own paths', () => {
  const tree = treeOf('/Users/{Sid}');
  tree.add('POST', '/Users/me', 'create');
  expect(tree.find('GET', '/Users/me')?.placeholders).toEqual(['me']);
  expect(tree.methodsAt('/Users/me')).toEqual(['GET', 'POST']);
  expect(tree.methodsAt('/Users/you')).toEqual(['GET']);
});
