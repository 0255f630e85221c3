import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/** The text between the marks of an example, moved to the left. */
function examplesOf(source: string): string[] {
  return [...source.matchAll(/^ *\/\/ readme \w+\n(.*?)^ *\/\/ end$/gms)].map(([, text = '']) => {
    const margin = /^ */.exec(text)?.[0].length ?? 0;
    return text.replaceAll(new RegExp(`^ {${margin}}`, 'gm'), '').trim();
  });
}

test('every TypeScript example of the chapter on testing is one that a test runs', () => {
  const run = examplesOf(read('testing.test.ts'));
  expect(run.length).toBeGreaterThan(5);
  const [, chapter = ''] = /^## Test with it\n(.*?)(?=^## |$(?![^]))/ms.exec(read('../../README.md')) ?? [];
  const shown = [...chapter.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) =>
    text.replaceAll(/^import .*\n+/gm, '').trim(),
  );
  for (const example of shown) expect(run).toContain(example);
});
