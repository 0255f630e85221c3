import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linksOf, pageOf, pages, recipes, resolveLink, root, type Page } from './pages.js';

const isExternal = (link: string): boolean => /^[a-z]+:/.test(link);

function brokenLinks(page: Page): string[] {
  return linksOf(page)
    .filter((link) => !isExternal(link))
    .filter((link) => {
      const { file, fragment } = resolveLink(page, link);
      if (!existsSync(join(root, file))) return true;
      return fragment !== '' && pageOf(file)?.anchors.has(fragment) !== true;
    });
}

describe('the documentation', () => {
  it.each(pages.map((page) => [page.file, page] as const))('%s links only to what exists', (_, page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('is linked from the map in README.md, page by page, and recipes from their list', () => {
    const maps = ['README.md', 'fixtures/recipes/README.md'].map((file) => pageOf(file) as Page);
    const linked = maps.flatMap((page) => linksOf(page).map((link) => resolveLink(page, link).file));
    expect(pages.map(({ file }) => file).filter((file) => file !== 'README.md' && !linked.includes(file))).toEqual([]);
  });

  it('does not name a command of another package', () => {
    const wrong = pages.filter(({ text }) => /npx (?:-\S+ )*understudy\b/.test(text));
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('says on each page how to write its commands in a clone', () => {
    const unclear = pages.filter(
      (page) =>
        /^npx twilio-understudy/m.test(page.text) &&
        !page.text.includes('node dist/main.js') &&
        !recipes.includes(page),
    );
    expect(unclear.map(({ file }) => file)).toEqual([]);
  });
});

describe('README.md', () => {
  const readme = pageOf('README.md') as Page;

  it('has at most 220 lines', () => {
    expect(readme.text.trimEnd().split('\n').length).toBeLessThanOrEqual(220);
  });

  it('lists its sections in its table of contents', () => {
    const sections = Array.from(readme.prose.matchAll(/^## (.+)$/gm), ([, heading]) => heading);
    const [, contents = ''] = /^## Contents\n+(.*?)\n\n##/ms.exec(readme.text) ?? [];
    const listed = Array.from(contents.matchAll(/^- \[(.+)\]\(/gm), ([, heading]) => heading);
    expect(listed).toEqual(sections.filter((heading) => heading !== 'Contents'));
  });

  it('begins with the two commands that are all the set-up there is', () => {
    const commands = readme.blocks.filter(({ text }) => text.startsWith('npm ci')).map(({ text }) => text);
    expect(commands).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  it('leads straight to a recipe for each usual way to start', () => {
    const usual = ['node-script', 'vitest', 'jest-commonjs', 'typescript', 'pytest', 'github-actions'];
    expect(linksOf(readme)).toEqual(expect.arrayContaining(usual.map((name) => `fixtures/recipes/${name}.md`)));
  });

  it('shows pictures that the package contains', () => {
    const pictures = linksOf(readme).filter((link) => link.endsWith('.png'));
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures) {
      expect(dirname(picture)).toMatch(/^fixtures\b/);
      expect(statSync(join(root, picture)).size).toBeGreaterThan(10_000);
    }
  });
});
