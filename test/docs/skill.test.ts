import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './pages.js';

const file = join(root, 'fixtures/agents/twilio-understudy/SKILL.md');
const text = readFileSync(file, 'utf8');

it('the skill says who it is in a form that agents read', () => {
  const [, frontmatter = ''] = /^---\n(.*?)\n---\n/s.exec(text) ?? [];
  const { name, description } = parse(frontmatter) as { name: string; description: string };
  // The Agent Skills format: the name is the folder's, and a description has at most 1,024 characters.
  expect(name).toBe(basename(dirname(file)));
  expect(description.length).toBeLessThanOrEqual(1024);
  expect(description).toMatch(/\bUse when\b/);
});

it('the skill refers to files that the package contains', () => {
  const referred = Array.from(text.matchAll(/node_modules\/twilio-understudy\/([\w./-]+)/g), ([, path = '']) => path);
  expect(referred.length).toBeGreaterThan(0);
  expect(referred.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
