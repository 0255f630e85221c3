import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeField } from '../../src/backends/simulator/conversations/descriptions.js';
import { conversationsProduct } from '../../src/backends/simulator/conversations/product.js';
import { createRouter } from '../../src/backends/simulator/kernel/product.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes, packagedShapes, type ShapesFile } from '../../src/capability/shapes.js';
import { mediaOperations } from '../../src/core/media.js';
import { bindScenario } from '../../src/contract/model/bind-scenario.js';
import { createFidelityCounter } from '../../src/contract/model/fidelity.js';
import { scenarios } from '../../src/contract/scenarios/index.js';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const { operations, routes, tools } = loadCapability();
const names = operations.map(({ name }) => name).sort();
const shapes = loadShapes();
const shapesFile = JSON.parse(readFileSync(packagedShapes, 'utf8')) as ShapesFile;

/** Compares names with those of the operations. `advice` says what to do about a difference. */
function compareOperations(found: Iterable<string>, advice: string): object {
  const all = new Set(found);
  const missing = names.filter((name) => !all.has(name));
  const unknown = [...all].filter((name) => !names.includes(name)).sort();
  return missing.length + unknown.length === 0 ? COMPLETE : { missing, unknown, advice };
}

function errorOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*.*?\*\/|^\s*\/\/.*?$/gms, '');
}

const COMPLETE = { missing: [], unknown: [] };

describe('every operation of the capability', () => {
  /** The only place that states the number of operations. After adding operations, change it here. */
  it('is counted', () => {
    expect(names).toHaveLength(103);
  });

  it('has a handler: the verb of the resource with its noun', () => {
    const handlerOf = createRouter(conversationsProduct, operations);
    expect(operations.flatMap((operation) => errorOf(() => handlerOf(operation)))).toEqual([]);
  });

  it.each([
    ['a REST route', routes],
    ['an MCP tool', tools],
  ])('has %s', (_, entries) => {
    const called = entries.map(({ operation }) => operation.name);
    const advice = 'Add a missing operation to `exposes` in its capability file.';
    expect(compareOperations(called, advice)).toEqual(COMPLETE);
  });

  it('has a published shape', () => {
    const advice = 'Run `npm run spec:update`.';
    expect(compareOperations(Object.keys(shapesFile.operations), advice)).toEqual(COMPLETE);
    expect(new Set(shapesFile.namespaces)).toEqual(new Set(operations.map(({ namespace }) => namespace)));
  });

  it('is called by a scenario', () => {
    const steps = scenarios.flatMap((scenario) => bindScenario(scenario, operations).steps);
    const called = steps.map(({ operation }) => operation.name);
    const advice = 'Add a step to the scenario of the resource.';
    expect(compareOperations(called, advice)).toEqual(COMPLETE);
  });

  it('is named only in the capability file, the scenarios and the tests', () => {
    const name = new RegExp(String.raw`\b(?:${names.join('|')})\b`);
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
    const naming = files
      .filter((file) => !file.startsWith('contract/scenarios/'))
      .filter((file) => name.test(withoutComments(readFileSync(join(src, file), 'utf8'))));
    expect({ findTheOperationByNounVerbAndScope: naming }).toEqual({ findTheOperationByNounVerbAndScope: [] });
  });

  it('has an entry in the table of fidelity', () => {
    const entries = createFidelityCounter(names).entries();
    expect(
      compareOperations(
        entries.map(({ operation }) => operation),
        '',
      ),
    ).toEqual(COMPLETE);
  });

  it('has a description for each parameter and form field', () => {
    const missing = operations.flatMap((operation) =>
      [...operation.parameters.map(({ name }) => name), ...(shapes.of(operation)?.form?.keys() ?? [])]
        .filter((field) => field !== 'body' && describeField(operation, field) === undefined)
        .map((field) => `${field} of ${operation.verb} ${operation.noun}`),
    );
    const advice = missing.length === 0 ? '' : 'Add the fields to the descriptions of the resource.';
    expect({ missing, advice }).toEqual({ missing: [], advice: '' });
  });
});

describe('every handler of the simulator', () => {
  it('answers an operation: remove a verb that neither the capability nor media have', () => {
    const served = [...operations, ...mediaOperations];
    const unused = conversationsProduct.resources.flatMap(({ noun, scopes, handlers }) =>
      scopes.flatMap((scope) =>
        Object.keys(handlers)
          .filter((verb) => !served.some((o) => o.noun === noun && o.scope === scope && o.verb === verb))
          .map((verb) => `${verb} ${noun} in scope ${scope}`),
      ),
    );
    expect(unused).toEqual([]);
  });
});
