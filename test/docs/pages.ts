/** The pages of the documentation, and their code blocks, headings and links. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Block {
  /** Where the block begins, e.g. `README.md:42`. */
  readonly at: string;
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** The file that the block shows, from a line above it such as "`app.js`, the code under test:". */
  readonly file: string | undefined;
  /** Why the block is not run, from `<!-- not run: … -->` above it. */
  readonly notRun: string | undefined;
}

export interface Page {
  /** Relative to the repository, e.g. `src/README.md`. */
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Without code blocks and HTML comments. */
  readonly prose: string;
  /** The fragments that links to this page can name. */
  readonly anchors: ReadonlySet<string>;
}

const FOLDERS = ['.docker', '.github', 'capability', 'fixtures', 'src', 'test'];
const BLOCK = /^( *)(?:`([\w./-]+\.\w+)`[^\n]*:\n+ *)?(?:<!-- not run: ([^\n]+) -->\n+ *)?```(\w+)\n(.*?)^\1```$/gms;

export const pages: readonly Page[] = [
  'README.md',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ),
]
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map(readPage);

/** Pages that describe a whole project. test/outsider follows them; the other tests of this folder do not run them. */
export const recipes = pages.filter(({ file }) => file.startsWith('fixtures/recipes/') && !file.endsWith('README.md'));

export const blocks: readonly Block[] = pages.filter((page) => !recipes.includes(page)).flatMap((page) => page.blocks);

export function pageOf(file: string): Page | undefined {
  return pages.find((page) => page.file === file);
}

/** Links and images, as they are written. */
export function linksOf({ prose }: Page): string[] {
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target);
}

/** The file that a relative link leads to, and its fragment. */
export function resolveLink(page: Page, link: string): { readonly file: string; readonly fragment: string } {
  const [path = '', fragment = ''] = link.split('#');
  return { file: path === '' ? page.file : join(dirname(page.file), path), fragment };
}

function readPage(file: string): Page {
  const text = readFileSync(join(root, file), 'utf8');
  const prose = text.replaceAll(/^( *)```.*?^\1```$/gms, '').replaceAll(/<!--.*?-->/gs, '');
  const headings = Array.from(prose.matchAll(/^#+ (.+)$/gm), ([, heading = '']) => anchorOf(heading));
  return { file, text, blocks: blocksOf(file, text), prose, anchors: new Set(headings) };
}

function blocksOf(page: string, text: string): Block[] {
  return Array.from(text.matchAll(BLOCK), (match) => {
    const [, indent = '', file, notRun, language = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const lines = code.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return { at: `${page}:${line}`, page, language, text: lines.trim(), file, notRun };
  });
}

/** The fragment of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
