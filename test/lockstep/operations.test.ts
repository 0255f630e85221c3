import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conversationsProduct } from '../../src/backends/simulator/conversations/product.js';
import { createRouter } from '../../src/backends/simulator/kernel/product.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { bindScenario } from '../../src/contract/model/bind-scenario.js';
import { scenarios } from '../../src/contract/scenarios/index.js';

const { operations, routes, tools } = loadCapability();
const names = operations.map(({ name }) => name).sort();
const page = readFileSync(new URL('../../capability/operations.md', import.meta.url), 'utf8');

/** Rows of the table of operations: name, method, path, tool. */
const rows = Array.from(
  page.matchAll(/^\| `(\w+)` +\| (GET|POST|DELETE) `([^`]+)` +\| `([^`]+)` +\|$/gm),
  ([, name = '', method, path, tool]) => ({ name, method, path, tool }),
);

function errorOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
const unique = (list: readonly string[]) => [...new Set(list)].sort();

describe('the operations of the capability file', () => {
  it('are fifty', () => {
    expect(names).toHaveLength(50);
  });

  it('have a handler: add the missing verb to the resource with the noun', () => {
    const handlerOf = createRouter(conversationsProduct, operations);
    expect(operations.flatMap((operation) => errorOf(() => handlerOf(operation)))).toEqual([]);
  });

  it('are those of the REST routes and of the tools', () => {
    expect(routes.map(({ operation }) => operation.name).sort()).toEqual(names);
    expect(tools.map(({ operation }) => operation.name).sort()).toEqual(names);
  });

  it('are those that shapes.json describes: run npm run spec:update', () => {
    expect([...loadShapes().operations.keys()].sort()).toEqual(names);
  });

  it('are those that the scenarios play: add a step to the scenario of its resource', () => {
    const steps = scenarios.flatMap((scenario) => bindScenario(scenario, operations).steps);
    expect(unique(steps.map(({ operation }) => operation.name))).toEqual(names);
  });

  it('are those of capability/operations.md, with method, path and tool: run npm run docs:update', () => {
    const expected = operations.map(({ name, method, path }) => {
      const tool = tools.find(({ operation }) => operation.name === name)?.name;
      return { name, method, path, tool };
    });
    expect(rows.sort(byName)).toEqual(expected.sort(byName));
  });
});
