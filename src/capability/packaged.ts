import { existsSync, readFileSync } from 'node:fs';
import { type CompiledCapability, restoreCapability } from './compiled.js';
import { packagedCapability, readBytes } from './file.js';
import type { Capability } from './load.js';

/** The build writes it beside the code that reads it; among the sources there is none. */
const compiled = new URL('capability.json', import.meta.url);

/** The capability that ships with the package: as the build compiled it, or read anew if its file says something else by now. */
export async function loadPackagedCapability(): Promise<Capability> {
  return restored() ?? (await import('./load.js')).loadCapability();
}

function restored(): Capability | undefined {
  if (!existsSync(compiled)) return undefined;
  const stored = JSON.parse(readFileSync(compiled, 'utf8')) as CompiledCapability;
  return restoreCapability(stored, packagedCapability, readBytes(packagedCapability));
}
