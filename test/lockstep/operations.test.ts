import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { handlers } from '../../src/backends/simulator/conversations/product.js';
import { describeField } from '../../src/capability/field-descriptions.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes, packagedShapes, type ShapesFile } from '../../src/capability/shapes.js';
import { scenarios } from '../../src/contract/scenarios/index.js';

const { operations, routes, tools } = loadCapability();
const names = operations.map(({ name }) => name).sort();
const shapes = loadShapes();
const shapesFile = JSON.parse(readFileSync(packagedShapes, 'utf8')) as ShapesFile;

/** Fails with what is missing, what is not an operation, and what to do about it. */
function expectOperations(found: Iterable<string>, advice: string): void {
  const all = new Set(found);
  const missing = names.filter((name) => !all.has(name));
  const unknown = [...all].filter((name) => !names.includes(name)).sort();
  expect({ missing, unknown }, advice).toEqual({ missing: [], unknown: [] });
}

describe('every operation of the capability', () => {
  /** The only place that states the number of operations. After adding operations, change it here. */
  it('is counted', () => {
    expect(names).toHaveLength(50);
  });

  it('is answered by the simulator', () => {
    expectOperations(Object.keys(handlers), 'Add a missing operation as a verb of the resource that it belongs to.');
  });

  it('has a REST route and an MCP tool', () => {
    const advice = 'Add a missing operation to `exposes` in its capability file.';
    expectOperations(
      routes.map(({ operation }) => operation.name),
      advice,
    );
    expectOperations(
      tools.map(({ operation }) => operation.name),
      advice,
    );
  });

  it('has a published shape', () => {
    expectOperations(Object.keys(shapesFile.operations), 'Run `npm run spec:update`.');
    expect(new Set(shapesFile.namespaces)).toEqual(new Set(operations.map(({ namespace }) => namespace)));
  });

  it('is called by a scenario', () => {
    const called = scenarios.flatMap(({ steps }) => steps.map(({ operation }) => operation));
    expectOperations(called, 'Add a step to the scenario of the resource.');
  });

  it('has a description for each parameter and form field', () => {
    const missing = operations.flatMap((operation) =>
      [...operation.parameters.map(({ name }) => name), ...(shapes.of(operation)?.form?.keys() ?? [])]
        .filter((field) => field !== 'body' && describeField(operation, field) === undefined)
        .map((field) => `${operation.name} · ${field}`),
    );
    expect(missing, 'Add the missing fields to src/capability/field-descriptions.ts.').toEqual([]);
  });
});
