import { expect, test } from 'vitest';
import { compose, type Decorator } from '../../src/app/pipeline.js';
import type { Call, Result } from '../../src/core/operation.js';

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
