import { describe, expect, it } from 'vitest';
import { type CompiledCapability, compileCapability, restoreCapability } from '../../src/capability/compiled.js';
import { packagedCapability, readBytes } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';
import { cleanCapability, temporaryFile, withoutReports } from './files.js';

const throughJson = (compiled: CompiledCapability) => JSON.parse(JSON.stringify(compiled)) as CompiledCapability;

describe('a compiled capability', () => {
  it('restores to the capability that the YAML defines', () => {
    const capability = loadCapability();
    const restored = restoreCapability(
      throughJson(compileCapability(capability, readBytes)),
      packagedCapability,
      readBytes,
    );
    expect(restored).toEqual(withoutReports(capability));
    expect(restored?.operations).toContain(restored?.routes[0]?.operation);
  });

  it('restores a product of several files', () => {
    const names = [packagedCapability[0], temporaryFile(cleanCapability)] as const;
    const capability = loadCapability(...names);
    const compiled = throughJson(compileCapability(capability, readBytes));
    expect(restoreCapability(compiled, names, readBytes)).toEqual(withoutReports(capability));
  });

  it('is not used when one of its files has changed, or when other files are loaded', () => {
    const names = [packagedCapability[0], temporaryFile(cleanCapability)] as const;
    const compiled = compileCapability(loadCapability(...names), readBytes);
    const changed = (file: string) =>
      file === names[1] ? Buffer.concat([readBytes(file), Buffer.from('# a comment\n')]) : readBytes(file);
    expect(restoreCapability(compiled, names, changed)).toBeUndefined();
    expect(restoreCapability(compiled, [names[0]], readBytes)).toBeUndefined();
  });
});
