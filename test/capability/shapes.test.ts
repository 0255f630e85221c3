import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes, type JsonSchema } from '../../src/capability/shapes.js';

const { operations } = loadCapability();
const shapes = loadShapes();

describe('shapes and capability speak of the same operations', () => {
  it.each(operations)('$name', ({ name, method, parameters }) => {
    const shape = shapes.operations.get(name);
    const declared = (place: string) => parameters.filter((one) => one.in === place).map((one) => one.name);
    expect([...(shape?.path.keys() ?? [])].sort()).toEqual(declared('path').sort());
    expect([...(shape?.query.keys() ?? [])].sort()).toEqual(declared('query').sort());
    expect([...(shape?.header.keys() ?? [])].sort()).toEqual(declared('header').sort());
    expect(shape?.form !== undefined).toBe(declared('body').length === 1);
    expect(shape?.answer === undefined).toBe(method === 'DELETE');
  });

  it('and of no others', () => {
    expect(shapes.operations.size).toBe(operations.length);
  });
});

describe('an answer as published', () => {
  it('of a list has exactly the seven keys of meta', () => {
    const lists = [...shapes.operations.values()].filter((shape) => shape.listKey !== undefined);
    expect(lists).toHaveLength(11);
    for (const { answer, listKey } of lists) {
      const { properties, required } = answer as { properties: Record<string, JsonSchema>; required: string[] };
      expect(new Set(required)).toEqual(new Set([listKey, 'meta']));
      expect(properties['meta']).toMatchObject({
        additionalProperties: false,
        required: ['first_page_url', 'key', 'next_page_url', 'page', 'page_size', 'previous_page_url', 'url'],
      });
    }
  });

  it('is valid JSON Schema, which no run looks at again', () => {
    const ajv = new Ajv2020();
    for (const { answer = true } of shapes.operations.values()) expect(ajv.validateSchema(answer)).toBe(true);
  });

  it('is the same for the operations of one resource, so that it is compiled once', () => {
    const [created, fetched] = ['createservicerole', 'fetchservicerole'].map((name) => shapes.operations.get(name));
    expect(fetched?.answer).toBe(created?.answer);
  });

  it('has no reference left', () => {
    expect(JSON.stringify([...shapes.operations.values()].map(({ answer }) => answer))).not.toContain('$ref');
  });
});
