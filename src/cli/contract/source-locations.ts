/** Where reports say that a difference is: in a file and line that exist. */
import { readFileSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packagedCapability } from '../../capability/file.js';
import type { Scenario } from '../../contract/model/scenario.js';
import type { SourceLocation, SourceLocations } from '../../contract/reports/sarif.js';
import { lazy } from '../../util/lazy.js';
import { packageFile } from '../../util/package-files.js';

/**
 * A step of a user's scenario is in their file. The scenarios of this package are compiled, so the place of their steps is
 * the operation in the capability file.
 * @param knownDrift the file of the list of known drift
 */
export function sourceLocations(scenarios: readonly Scenario[], knownDrift: string): SourceLocations {
  const origins = new Map(scenarios.map(({ name, origin }) => [name, origin]));
  const capability = lazy(() =>
    packagedCapability.map((file) => ({
      uri: `capability/${basename(file)}`,
      lines: readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim()),
    })),
  );
  return {
    ofStep({ scenario, step, operation }) {
      const origin = origins.get(scenario);
      if (origin !== undefined) return locationOf(origin.file, origin.lines.get(step) ?? 1);
      for (const { uri, lines } of capability()) {
        const line = lines.indexOf(`- name: ${operation}`) + 1;
        if (line > 0) return { uri, line, isPackaged: true };
      }
      return { uri: 'capability/shapes.json', line: 1, isPackaged: true };
    },
    ofKnownDrift: ({ line = 1 }) => locationOf(knownDrift, line),
  };
}

function locationOf(file: string, line: number): SourceLocation {
  const path = resolve(file);
  const inPackage = relative(fileURLToPath(packageFile('.')), path);
  const inProject = relative(process.cwd(), path);
  if (isBelow(inProject)) return { uri: uriOf(inProject), line };
  if (isBelow(inPackage)) return { uri: uriOf(inPackage), line, isPackaged: true };
  return { uri: pathToFileURL(path).href, line };
}

function isBelow(path: string): boolean {
  return path !== '..' && !path.startsWith(`..${sep}`) && resolve(path) !== path;
}

function uriOf(path: string): string {
  return path.split(sep).map(encodeURIComponent).join('/');
}
