import { expect, test } from 'vitest';
import { lazy } from '../../src/util/lazy.js';
import { lazyCode } from '../../src/util/load-code.js';

test('a value is computed once', () => {
  let count = 0;
  const value = lazy(() => ({ count: ++count }));
  expect(value()).toBe(value());
  expect(count).toBe(1);
});

test('a promise that failed is dropped, so that the next use tries again', async () => {
  let count = 0;
  const value = lazy(async () => {
    count += 1;
    if (count === 1) throw new Error('EMFILE');
    return { count };
  });
  await expect(value()).rejects.toThrow('EMFILE');
  expect(await value()).toEqual({ count: 2 });
  expect(await value()).toEqual({ count: 2 });
});

test('code is not imported while the process cannot open files, because Node 20 would remember the failure', async () => {
  let isFull = true;
  let imports = 0;
  const code = lazyCode(
    () => Promise.resolve({ imports: ++imports }),
    () => (isFull ? Promise.reject(new Error('EMFILE')) : Promise.resolve()),
  );
  await expect(code()).rejects.toThrow('EMFILE');
  expect(imports).toBe(0);
  isFull = false;
  expect(await code()).toEqual({ imports: 1 });
  expect(await code()).toEqual({ imports: 1 });
});

test('the number of files that are opened first is no more than an import needs', async () => {
  const code = lazyCode(() => Promise.resolve({}));
  expect(await code()).toEqual({});
});
