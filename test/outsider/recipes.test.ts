import { expect, test } from 'vitest';
import { recipes } from '../docs/pages.js';
import { createProject } from './project.js';
import { nameOf } from './recipe.js';

/** Those that describe jobs, whose steps ci.test.ts runs. */
const JOBS = ['github-actions', 'gitlab-ci'];
const names = recipes.map(({ file }) => nameOf(file)).filter((name) => !JOBS.includes(name));

test.for(names)('%s works as written, from an empty folder', async (name, context) => {
  const project = await createProject(context);
  expect(await project.follow(name)).toBeGreaterThan(0);
});
