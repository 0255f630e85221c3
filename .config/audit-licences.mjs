/**
 * Lists the licences of all packages in the lock file, and fails if one is not allowed: `npm run audit:licences`. What is
 * installed with this package must have a permissive licence; tools for development may also have a weak copyleft.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Zlib',
];
const FOR_DEVELOPMENT = [...PERMISSIVE, 'MPL-2.0'];
/** Packages whose manifest names no licence, and the one that their licence file has. */
const KNOWN = { memorystream: 'MIT' };

/** Counts the licences in a lock file. `problems` names the packages whose licence is missing or not allowed. */
export function auditLicences({ packages }) {
  const counts = { installed: {}, development: {} };
  const problems = [];
  for (const [path, { license, version, dev = false, link = false }] of Object.entries(packages)) {
    if (path === '' || link) continue;
    const name = path.replace(/^.*node_modules\//, '');
    const licence = license ?? KNOWN[name] ?? '(none)';
    const group = dev ? 'development' : 'installed';
    counts[group][licence] = (counts[group][licence] ?? 0) + 1;
    if (!isAllowed(licence, dev ? FOR_DEVELOPMENT : PERMISSIVE)) problems.push(`${name}@${version}: ${licence}`);
  }
  return { counts, problems };
}

/** An expression in SPDX syntax: with AND all of its licences must be allowed, with OR one of them. */
function isAllowed(expression, allowed) {
  const text = expression.replaceAll(/[()]/g, '');
  if (text.includes(' OR ')) return text.split(' OR ').some((each) => isAllowed(each, allowed));
  return text.split(' AND ').every((each) => allowed.includes(each.trim()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  const { counts, problems } = auditLicences(lock);
  for (const [group, licences] of Object.entries(counts)) {
    const sorted = Object.entries(licences).sort((a, b) => b[1] - a[1]);
    process.stdout.write(`${group.padEnd(12)} ${sorted.map(([licence, count]) => `${licence} ${count}`).join(', ')}\n`);
  }
  for (const problem of problems) process.stderr.write(`not allowed: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
