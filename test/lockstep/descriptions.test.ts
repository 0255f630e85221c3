import { describe, expect, it } from 'vitest';
import { describeField } from '../../src/backends/simulator/conversations/descriptions.js';
import { conversationsProduct } from '../../src/backends/simulator/conversations/product.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';

const { operations } = loadCapability();
const shapes = loadShapes();

describe('field descriptions', () => {
  it('exist for every parameter and form field: add a missing one to descriptions.ts of its resource', () => {
    const missing = operations.flatMap((operation) => {
      const parameters = operation.parameters.map(({ name }) => name).filter((name) => name !== 'body');
      const formFields = shapes.of(operation)?.form?.keys() ?? [];
      return [...parameters, ...formFields]
        .filter((field) => describeField(operation, field) === undefined)
        .map((field) => `${field} of ${operation.verb} ${operation.noun}`);
    });
    expect(missing).toEqual([]);
  });

  it('give the prefix of the SIDs of each resource', () => {
    for (const { noun, table } of conversationsProduct.resources) {
      const fetch = operations.find(
        (each) => each.noun === noun && each.verb === 'fetch' && each.path.endsWith('{Sid}'),
      );
      if (fetch === undefined || table === undefined) continue;
      expect(describeField(fetch, 'Sid')).toContain(`${table.prefix}…`);
    }
  });
});
