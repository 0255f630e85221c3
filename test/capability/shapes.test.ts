import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { type JsonSchema, loadShapes } from '../../src/capability/shapes.js';
import { shapeNamed } from '../helpers/operations.js';

const { operations } = loadCapability();
const shapes = loadShapes();
const published = operations.map((operation) => shapes.of(operation));

describe('the published shape of an operation has the inputs that the capability declares', () => {
  it.each(operations)('$name', (operation) => {
    const { method, parameters } = operation;
    const shape = shapes.of(operation);
    const declared = (location: string) => parameters.filter((each) => each.in === location).map(({ name }) => name);
    expect([...(shape?.path.keys() ?? [])].sort()).toEqual(declared('path').sort());
    expect([...(shape?.query.keys() ?? [])].sort()).toEqual(declared('query').sort());
    expect([...(shape?.header.keys() ?? [])].sort()).toEqual(declared('header').sort());
    expect(shape?.form !== undefined).toBe(declared('body').length === 1);
    expect(shape?.answer === undefined).toBe(method === 'DELETE');
  });
});

it('an operation of another product has no shape, even if its name is the same', () => {
  for (const { name } of operations) expect(shapes.of({ namespace: 'other-product', name })).toBeUndefined();
});

describe('a published answer', () => {
  it('of a list has exactly the seven keys of meta', () => {
    for (const operation of operations.filter(({ verb }) => verb === 'list')) {
      const { answer, listKey } = shapes.of(operation) ?? {};
      const { properties, required } = answer as { properties: Record<string, JsonSchema>; required: string[] };
      expect(new Set(required)).toEqual(new Set([listKey, 'meta']));
      expect(properties['meta']).toMatchObject({
        additionalProperties: false,
        required: ['first_page_url', 'key', 'next_page_url', 'page', 'page_size', 'previous_page_url', 'url'],
      });
    }
  });

  it('has a list key only if the operation is a list', () => {
    const others = operations.filter(({ verb }) => verb !== 'list');
    expect(others.filter((operation) => shapes.of(operation)?.listKey !== undefined)).toEqual([]);
  });

  it('is valid JSON Schema', () => {
    const ajv = new Ajv2020();
    for (const shape of published) expect(ajv.validateSchema(shape?.answer ?? true)).toBe(true);
  });

  it('is the same object for the operations of one resource, so it is compiled once', () => {
    expect(shapeNamed('fetchservicerole')?.answer).toBe(shapeNamed('createservicerole')?.answer);
  });

  it('has no reference left', () => {
    expect(JSON.stringify(published.map((shape) => shape?.answer))).not.toContain('$ref');
  });
});
