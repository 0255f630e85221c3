import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocks, pages, root, type Block } from './pages.js';

const folder = join(root, 'test/docs');
const sources = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(folder, file), 'utf8'));

/** The examples that tests in this folder run: the text between `// example NAME` and `// end`, without its indent. */
const examples = sources.flatMap((source) =>
  Array.from(source.matchAll(/^( *)\/\/ example \w+\n(.*?)^ *\/\/ end$/gms), ([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trim(),
  ),
);

const withoutImports = (text: string): string => text.replaceAll(/^import .*\n+/gm, '').trim();
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);
const named = (list: readonly Block[]) => list.map((block) => [block.at, block] as const);

describe('a TypeScript example', () => {
  const run = inLanguage('ts').filter(({ notRun }) => notRun === undefined);

  it.each(named(run))(
    '%s is one that a test runs: add it to examples.test.ts, or mark it as not run',
    (_, { text }) => {
      expect(examples).toContain(withoutImports(text));
    },
  );
});

describe('a code block', () => {
  it('names its language', () => {
    const unnamed = pages.filter((page) => (page.text.match(/^ *```/gm) ?? []).length !== 2 * page.blocks.length);
    expect(unnamed.map(({ file }) => file)).toEqual([]);
  });

  it('that is not run says why in at least three words', () => {
    const short = blocks.filter(({ notRun }) => notRun !== undefined && notRun.split(' ').length < 3);
    expect(short.map(({ at }) => at)).toEqual([]);
  });

  it('that is not run names only tests that exist', () => {
    const tests = blocks.flatMap(({ notRun = '' }) => notRun.match(/\btest\/\S+\.ts\b/g) ?? []);
    expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it.each(named(inLanguage('json')))('%s is valid JSON', (_, { text }) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });
});
