/**
 * Prints a bill of materials in CycloneDX format, made from the lock file: `npm run --silent sbom`. It lists what is
 * installed with this package. npm's own `--omit dev` leaves out packages that tools for development use as well.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const installed = new Set(
  Object.entries(packages)
    .filter(([path, { dev = false }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`),
);

const all = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], {
  cwd: root,
  maxBuffer: 2 ** 26,
  encoding: 'utf8',
});
const { components, dependencies, ...bill } = JSON.parse(all);
const own = bill.metadata.component['bom-ref'];
const isListed = (ref) => ref === own || installed.has(ref);
const listed = {
  ...bill,
  components: components.filter((component) => isListed(component['bom-ref'])),
  dependencies: dependencies
    .filter(({ ref }) => isListed(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isListed) })),
};
process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
