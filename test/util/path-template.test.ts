import { expect, test } from 'vitest';
import { createPathTranslator } from '../../src/util/path-template.js';

test('a path gets the values of its placeholders by name, in any order', () => {
  const sources = new Map([
    ['room', 'Sid'],
    ['house', 'HouseSid'],
  ]);
  const translate = createPathTranslator('/v1.0/{HouseSid}/Rooms/{Sid}', '/{room}/of/{house}', (name) =>
    sources.get(name),
  );
  expect(translate('/v1.0/H1/Rooms/a%2Fb')).toBe('/a%2Fb/of/H1');
  expect(translate('/v1x0/H1/Rooms/R1')).toBeUndefined();
  expect(translate('/v1.0/H1/Rooms/R1/Doors')).toBeUndefined();
});
