import { describe, expect, it } from 'vitest';
import { validateCapability } from '../../src/capability/validate.js';
import { changedCapability, cleanCapability, temporaryFile } from './files.js';

describe('understudy capability validate', () => {
  it('accepts the given file and prints what was read, the interpretations and the warnings', () => {
    const { output, exitCode } = validateCapability(undefined);
    expect(exitCode).toBe(0);
    expect(output).toContain('50 operations, 24 REST paths, 50 routes, 50 tools');
    expect(output).toContain('Readings needed: 10');
    expect(output).toContain('  repeated-key: an array in the query is sent as a repeated key');
    expect(output).toContain('capability/conversations-services.yaml:76:11  listservicebinding · BindingType');
    expect(output).toContain('and 327 more (--json lists them)');
    expect(output).toContain('Oddities: 16');
    expect(output).toContain('Faults: 0');
  });

  it('--strict refuses the given file, since it needs interpretations', () => {
    const { output, exitCode } = validateCapability(undefined, { strict: true });
    expect(exitCode).toBe(1);
    expect(output).toContain('Readings needed: 10 (refused by --strict)');
  });

  it('--strict accepts a file that needs none', () => {
    expect(validateCapability(temporaryFile(cleanCapability), { strict: true }).exitCode).toBe(0);
  });

  it('--json lists every use of every interpretation', () => {
    const report = JSON.parse(validateCapability(undefined, { json: true }).output) as Record<string, unknown[]>;
    expect(report).toMatchObject({ valid: true, counts: { operations: 50, paths: 24, routes: 50, tools: 50 } });
    expect(report['interpretations']).toHaveLength(673);
    expect(report['interpretations']?.[0]).toEqual({
      interpretation: 'request-body',
      meaning: 'an input `in: body` of type object is the whole request body',
      where: 'createservice · body',
      line: 33,
      column: 11,
    });
  });

  it('prints every error of a broken file and exits with 1', () => {
    const file = changedCapability(/call: conversations-services\.fetch/g, 'call: elsewhere.fetch');
    const { output, exitCode } = validateCapability(file);
    expect(exitCode).toBe(1);
    expect(output).toContain('Faults: 26');
    expect(output).toMatch(/:\d+:\d+ {2}`fetchservice` calls `elsewhere.fetchservice`, which no `consumes` entry has/);
  });

  it('a file that is not there is a error, not a crash', () => {
    const { output, exitCode } = validateCapability('/nowhere/capability.yaml');
    expect(exitCode).toBe(1);
    expect(output).toContain('Cannot read the capability file /nowhere/capability.yaml');
  });
});
