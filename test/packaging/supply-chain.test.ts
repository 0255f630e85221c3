import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { auditLicences } from '../../.config/audit-licences.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { license?: string; version: string; dev?: boolean }>;
};

test('every package has an allowed licence', () => {
  expect(auditLicences(lock).problems).toEqual([]);
});

test.each([
  ['GPL-3.0-only', false, true],
  [undefined, false, true],
  ['MPL-2.0', false, true],
  ['MPL-2.0', true, false],
  ['MIT OR GPL-3.0-only', false, false],
  ['(MIT AND GPL-3.0-only)', true, true],
])('the licence %s of a package (for development: %s) is a problem: %s', (license, dev, isProblem) => {
  const packages = { '': {}, 'node_modules/a/node_modules/@b/c': { version: '1.0.0', license, dev } };
  expect(auditLicences({ packages }).problems).toEqual(isProblem ? [`@b/c@1.0.0: ${license ?? '(none)'}`] : []);
});

test('the bill of materials lists every package that is installed with this one, with its checksum', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], { cwd: root, maxBuffer: 2 ** 24 });
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; version: string; hashes?: unknown[] }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const installed = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && dev !== true)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`);
  expect([...listed].sort()).toEqual([...new Set(installed)].sort());
  expect(components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([]);
});

const folder = join(root, '.github/workflows');

test.each(readdirSync(folder))(
  'the workflow %s pins its actions to commits, and can write only what it must',
  (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, action = ''] of text.matchAll(/uses: (.*)/g))
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const workflow = parse(text) as {
      permissions: object;
      jobs: Record<string, { permissions?: object; steps: { run?: string }[] }>;
    };
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { permissions = {}, steps } of Object.values(workflow.jobs)) {
      const publishes = steps.some(({ run }) => run?.includes('npm publish'));
      expect(permissions).toEqual(publishes ? { contents: 'read', 'id-token': 'write' } : {});
      const commands = steps.flatMap(({ run }) => (run?.startsWith('npm publish') === true ? [run] : []));
      for (const command of commands) expect(command).toContain('--provenance');
    }
  },
);
