import { existsSync, readFileSync } from 'node:fs';
import type { Capability } from './capability.js';
import { type CompiledCapability, restoreCapability } from './compiled.js';
import { packagedCapability, readBytes } from './file.js';

/** Written by the build beside the bundled code; absent in a source tree. */
const compiledFile = new URL('capability.json', import.meta.url);

let packaged: Capability | undefined;

/**
 * Loads the capability that ships with the package, once per process: the compiled form, or the YAML files if they have
 * changed since.
 */
export async function loadPackagedCapability(): Promise<Capability> {
  return (packaged ??= restored() ?? (await import('./load.js')).loadCapability());
}

function restored(): Capability | undefined {
  if (!existsSync(compiledFile)) return undefined;
  const compiled = JSON.parse(readFileSync(compiledFile, 'utf8')) as CompiledCapability;
  return restoreCapability(compiled, packagedCapability, readBytes);
}
