import { expect, test } from 'vitest';
import { compileCapability, restoreCapability } from '../../src/capability/compiled.js';
import { packagedCapability, readBytes } from '../../src/capability/file.js';
import { loadCapability } from '../../src/capability/load.js';

const bytes = readBytes(packagedCapability);
const { report: _, ...capability } = loadCapability();
const compiled = JSON.parse(JSON.stringify(compileCapability(capability, bytes))) as ReturnType<
  typeof compileCapability
>;

test('a capability is the same after it was compiled', () => {
  const restored = restoreCapability(compiled, packagedCapability, bytes);
  expect(restored).toEqual(capability);
  expect(restored?.routes[0]?.operation).toBe(restored?.operations[0]);
});

test('a compiled capability is not used once its file says something else', () => {
  expect(
    restoreCapability(compiled, packagedCapability, Buffer.concat([bytes, Buffer.from('# a remark\n')])),
  ).toBeUndefined();
});
