/** Reads a recipe: a page of documentation that describes a whole project. */
import { linksOf, type Block, type Page, recipes, resolveLink } from '../docs/pages.js';

export type Step =
  | { readonly kind: 'write'; readonly file: string; readonly text: string; readonly at: string }
  | { readonly kind: 'run'; readonly script: string; readonly at: string }
  | { readonly kind: 'expect'; readonly output: string; readonly at: string };

export interface Recipe {
  /** The file name of the page, without `.md`. */
  readonly name: string;
  /** What the page needs besides Node.js and npm, from `<!-- needs: … -->`. */
  readonly needs: readonly string[];
  /** The recipe whose project this one continues. */
  readonly continues: string | undefined;
  readonly steps: readonly Step[];
}

export function readRecipe(name: string): Recipe {
  const page = recipes.find(({ file }) => file === `fixtures/recipes/${name}.md`);
  if (page === undefined) throw new Error(`there is no recipe ${name}`);
  const [, needs = ''] = /<!-- needs: (.*?) -->/.exec(page.text) ?? [];
  return {
    name,
    needs: needs.split(', ').filter((need) => need !== ''),
    continues: continuedBy(page),
    steps: page.blocks.flatMap(stepOf),
  };
}

/** A page says "Continue in the project of [the vitest recipe](vitest.md)". */
function continuedBy(page: Page): string | undefined {
  const [, link] = /^Continue in the project of (\[.*?\]\(.*?\))/m.exec(page.text) ?? [];
  if (link === undefined) return undefined;
  const [target = ''] = linksOf({ ...page, prose: link });
  return nameOf(resolveLink(page, target).file);
}

export const nameOf = (file: string): string => file.replace(/^.*\/(.*)\.md$/, '$1');

function stepOf({ file, language, notRun, text, at }: Block): readonly Step[] {
  if (file !== undefined) return [{ kind: 'write', file, text: `${text}\n`, at }];
  if (notRun !== undefined) return [];
  if (language === 'sh') return [{ kind: 'run', script: text, at }];
  if (language === 'text') return [{ kind: 'expect', output: text, at }];
  throw new Error(`${at}: the block is not a file (write \`NAME\`: above it), a command (sh) or an output (text)`);
}
