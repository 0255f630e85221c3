import { expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.js';
import { diffResponses, foldEqualLines, type DiffLine } from '../../../src/contract/compare/diff.js';

const answer = (body: Json, status = 200) => ({ status, body });
const differing = (lines: readonly DiffLine[]) =>
  lines.filter(({ state }) => state !== 'equal').map(({ expected, actual, state }) => [expected, actual, state]);

it('finds no difference if only the order of the keys differs', () => {
  const lines = diffResponses(answer({ a: 1, b: { c: [1, 2] } }), answer({ b: { c: [1, 2] }, a: 1 }));
  expect(differing(lines)).toEqual([]);
  expect(lines.map(({ expected }) => expected)).toEqual([
    'HTTP status 200',
    '{',
    '  "a": 1,',
    '  "b": {',
    '    "c": [',
    '      1,',
    '      2',
    '    ]',
    '  }',
    '}',
  ]);
});

it('sets a different value beside the expected one, and leaves the side without a field empty', () => {
  const lines = diffResponses(answer({ a: 'x', b: null }), answer({ a: 'y', c: { d: 1 } }));
  expect(differing(lines)).toEqual([
    ['  "a": "x",', '  "a": "y",', 'different'],
    ['  "b": null', undefined, 'different'],
    [undefined, '  "c": {', 'different'],
    [undefined, '    "d": 1', 'different'],
    [undefined, '  }', 'different'],
  ]);
});

it('shows a value of another structure whole', () => {
  expect(differing(diffResponses(answer({ a: { b: 1 } }), answer({ a: '{"b":1}' })))).toEqual([
    ['  "a": {', '  "a": "{\\"b\\":1}"', 'different'],
    ['    "b": 1', undefined, 'different'],
    ['  }', undefined, 'different'],
  ]);
});

it('pairs the records of lists of different lengths by SID', () => {
  const [one, two] = [{ sid: 'CH1' }, { sid: 'CH2' }];
  expect(differing(diffResponses(answer({ items: [one, two] }), answer({ items: [two] })))).toEqual([
    ['    {', undefined, 'different'],
    ['      "sid": "CH1"', undefined, 'different'],
    ['    },', undefined, 'different'],
  ]);
});

it('compares the status and the headers, which a surface without headers does not lack', () => {
  const [expected, actual] = [
    { ...answer(null, 404), headers: ['a'] },
    { ...answer(null), headers: ['b'] },
  ];
  expect(differing(diffResponses(expected, actual))).toEqual([
    ['HTTP status 404', 'HTTP status 200', 'different'],
    ['a', undefined, 'different'],
    [undefined, 'b', 'different'],
  ]);
  expect(differing(diffResponses(expected, answer(null, 404)))).toEqual([]);
});

it('marks values that may differ as tolerated, in every record of a list', () => {
  const lines = diffResponses(answer({ x: [{ a: 1 }, { a: 2 }] }), answer({ x: [{ a: 1 }, { a: 3 }] }), ['x[].a']);
  expect(differing(lines)).toEqual([['      "a": 2', '      "a": 3', 'tolerated']]);
});

it('folds equal lines but for three around each difference', () => {
  const body = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key${i}`, i]));
  const blocks = foldEqualLines(diffResponses(answer(body), answer({ ...body, key10: -1 })));
  expect(blocks.map(({ isFolded, lines }) => [isFolded, lines.length])).toEqual([
    [true, 9],
    [false, 7],
    [true, 7],
  ]);
});
