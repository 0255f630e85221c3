import { describe, expect, it } from 'vitest';
import { interpretations } from '../../src/capability/interpretations.js';
import { loadCapability } from '../../src/capability/load.js';
import { validateCapability } from '../../src/capability/validate.js';
import { changedCapability, cleanCapability, temporaryFile } from './files.js';

const { files } = loadCapability();
/** The first of the packaged files. */
const [{ operations, routes, tools, report }] = files;
const needed = new Set(report.interpretations.map(({ interpretation }) => interpretation)).size;

describe('understudy capability validate', () => {
  it('accepts the packaged file and prints its contents, its interpretations and its warnings', () => {
    const { output, exitCode } = validateCapability(undefined);
    expect(exitCode).toBe(0);
    expect(output).toContain(`  ${operations.length} operations, `);
    expect(output).toContain(`, ${routes.length} routes, ${tools.length} tools`);
    expect(output).toContain(`Interpretations: ${needed}\n`);
    expect(output).toContain(`  repeated-key: ${interpretations['repeated-key']}`);
    expect(output).toMatch(/ {4}capability\/[\w-]+\.yaml:\d+:\d+ {2}listservicebinding · BindingType/);
    expect(output).toMatch(/ {4}and \d+ more \(--json lists them\)/);
    expect(output).toContain(`Warnings: ${report.warnings.length}\n`);
    expect(output).toContain('Errors: 0');
  });

  it('--strict rejects the packaged file, because it needs interpretations', () => {
    const { output, exitCode } = validateCapability(undefined, { strict: true });
    expect(exitCode).toBe(1);
    expect(output).toContain(`Interpretations: ${needed} (errors with --strict)`);
  });

  it('--strict accepts a file that needs no interpretation', () => {
    expect(validateCapability(temporaryFile(cleanCapability), { strict: true }).exitCode).toBe(0);
  });

  it('--json lists every use of every interpretation', () => {
    const reports = JSON.parse(validateCapability(undefined, { json: true }).output) as Record<string, unknown[]>[];
    expect(reports).toHaveLength(files.length);
    const [parsed = {}] = reports;
    const paths = new Set(routes.map(({ path }) => path)).size;
    expect(Object.keys(parsed)).toEqual(['file', 'label', 'valid', 'counts', 'faults', 'readings', 'oddities']);
    expect(parsed).toMatchObject({
      valid: true,
      counts: { operations: operations.length, paths, routes: routes.length, tools: tools.length },
      faults: [],
      oddities: report.warnings,
    });
    expect(parsed['readings']).toEqual(
      report.interpretations.map(({ interpretation, where, line, column }) => {
        return { reading: interpretation, meaning: interpretations[interpretation], where, line, column };
      }),
    );
  });

  it('prints every error of an invalid file and exits with 1', () => {
    const file = changedCapability(/call: conversations-services\.fetch/g, 'call: elsewhere.fetch');
    const { output, exitCode } = validateCapability(file);
    const fetching = [...routes, ...tools].filter(({ operation }) => operation.name.startsWith('fetch'));
    expect(exitCode).toBe(1);
    expect(output).toContain(`not a valid capability file, ${fetching.length} errors\n`);
    expect(output).not.toMatch(/Interpretations|Warnings|not simulated|operations,/);
    expect(output).toMatch(/:\d+:\d+ {2}`fetchservice` calls `elsewhere.fetchservice`, which is not an operation/);
  });

  it('reports a missing file as an error of that file', () => {
    const { output, exitCode } = validateCapability('/nowhere/capability.yaml');
    expect(exitCode).toBe(1);
    expect(output).toContain('Cannot read the capability file /nowhere/capability.yaml');
  });
});

it('names the operations that simulate mode does not answer', () => {
  const file = temporaryFile(cleanCapability);
  const { output } = validateCapability(file, { json: true, isSimulated: ({ verb }) => verb !== 'delete' });
  const deletes = loadCapability(file)
    .operations.filter(({ verb }) => verb === 'delete')
    .map(({ name }) => name);
  expect((JSON.parse(output) as { notSimulated: string[] }).notSimulated).toEqual(deletes);
  expect(validateCapability(file, { isSimulated: () => true }).output).toContain('not simulated: none');
});
