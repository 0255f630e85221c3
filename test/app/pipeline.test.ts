import { expect, test } from 'vitest';
import { MemoryGuard } from '../../src/app/memory-guard.js';
import { buildPipeline, compose, type Decorator } from '../../src/app/pipeline.js';
import { defaultSettings } from '../../src/app/settings.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import type { Call, Result } from '../../src/core/operation.js';
import { createBinding } from '../../src/engine/binding.js';
import { createFaults } from '../../src/engine/faults.js';
import { createEcho } from '../helpers/echo.js';

const ignore = (): void => undefined;
const result: Result = { status: 204, headers: {}, body: null };

test('a call passes through the last decorator first, and skips absent ones', async () => {
  const visited: string[] = [];
  const visit =
    (name: string): Decorator =>
    (backend) => ({
      answer(call) {
        visited.push(name);
        return backend.answer(call);
      },
    });
  const pipeline = compose({ answer: () => result }, visit('inner'), undefined, visit('outer'));
  expect(await pipeline.answer({} as Call)).toBe(result);
  expect(visited).toEqual(['outer', 'inner']);
});

const { operations } = loadCapability();
const other = operations.map((operation) => ({ ...operation, id: `other.${operation.name}`, namespace: 'other' }));
const both = [...operations, ...other];

function pipelineThatAllows(name: string) {
  const settings = { ...defaultSettings, allow: [name] };
  return buildPipeline(createEcho(), {
    settings,
    operations: both,
    routes: [],
    faults: createFaults('AC1'),
    memory: new MemoryGuard({ log: { debug: ignore, info: ignore, warn: ignore, error: ignore } }),
    tracing: undefined,
  });
}

test('--allow with a qualified name allows that operation, and not the one of another product with the same name', async () => {
  const pipeline = pipelineThatAllows('other.listservice');
  const { bind } = createBinding(both, loadShapes());
  const call = (id: string) => bind(id, {}, { surface: 'engine', origin: 'http://127.0.0.1' }).call;
  expect((await pipeline.answer(call('other.listservice'))).status).toBe(200);
  expect(() => pipeline.answer(call('conversations-services.listservice'))).toThrow('--allow does not list it');
});

test('--allow with a name that several operations have is rejected, and the error has a qualified name', () => {
  expect(() => pipelineThatAllows('listservice')).toThrow(
    '--allow names `listservice`, which is not an operation. Did you mean `other.listservice`?',
  );
});
