import { relative } from 'node:path';
import { UnderstudyError } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import { type FileNames, packagedCapability } from './file.js';
import { type InterpretationName, interpretations, type InterpretationUse } from './interpretations.js';
import type { Place, Remark } from './interpretations.js';
import { inspectCapability, type InspectedFile } from './load.js';

/** Places listed per interpretation in the text output; `--json` lists all. */
const PLACES_SHOWN = 3;

interface ValidateOptions {
  /** Fail on interpretations too. */
  readonly strict?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** Whether simulate mode answers an operation. If absent, the output does not say. */
  readonly isSimulated?: ((operation: Operation) => boolean) | undefined;
}

/** Implements `understudy capability validate`. Without a file, it validates the packaged files. */
export function validateCapability(
  file: string | undefined,
  { strict = false, json = false, isSimulated }: ValidateOptions = {},
): { output: string; exitCode: number } {
  const files = inspect(file === undefined ? packagedCapability : [file]);
  const isValid = ({ report: { errors, interpretations: uses } }: Inspected): boolean =>
    errors.length === 0 && !(strict && uses.length > 0);
  const output = json
    ? jsonOf(files.map((each) => reportOf(each, isValid(each), isSimulated)))
    : files.map((each) => textOf(each, strict, isSimulated)).join('\n\n');
  return { output: `${output}\n`, exitCode: files.every(isValid) ? 0 : 1 };
}

type Inspected = Pick<InspectedFile, 'file' | 'label' | 'operations' | 'routes' | 'tools' | 'report'>;

/** Reports a file that cannot be read like a file with an error. */
function inspect(names: FileNames): readonly Inspected[] {
  try {
    return inspectCapability(...names).files;
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    const errors = [{ message: error.message, line: 1, column: 1 }];
    const report = { interpretations: [], warnings: [], errors };
    return [{ file: names[0], label: '', operations: [], routes: [], tools: [], report }];
  }
}

function jsonOf(reports: readonly object[]): string {
  return JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2);
}

/** The keys predate the vocabulary of the code, and users' scripts read them. */
function reportOf(
  { file, label, operations, routes, tools, report }: Inspected,
  valid: boolean,
  isSimulated: ValidateOptions['isSimulated'],
): object {
  const readings = report.interpretations.map(({ interpretation, ...use }) => ({
    reading: interpretation,
    ...use,
    meaning: interpretations[interpretation],
  }));
  const counts = { operations: operations.length, paths: pathsOf(routes), routes: routes.length, tools: tools.length };
  return {
    file,
    label,
    valid,
    counts,
    ...(isSimulated && { notSimulated: notSimulated(operations, isSimulated) }),
    faults: report.errors,
    readings,
    oddities: report.warnings,
  };
}

/** The names of the operations that simulate mode answers with 501. */
function notSimulated(operations: readonly Operation[], isSimulated: (operation: Operation) => boolean): string[] {
  return operations.filter((each) => !isSimulated(each)).map(({ name }) => name);
}

function textOf(
  { file: path, label, operations, routes, tools, report }: Inspected,
  strict: boolean,
  isSimulated: ValidateOptions['isSimulated'],
): string {
  const fromHere = relative('', path);
  const file = fromHere.startsWith('..') ? path : fromHere;
  const at = ({ line, column }: Place) => `${file}:${line}:${column}`;
  const remarks = (list: readonly Remark[]) => list.map((remark) => `  ${at(remark)}  ${remark.message}`);
  const { interpretations: uses, warnings, errors } = report;
  const groups = new Map<InterpretationName, InterpretationUse[]>();
  for (const use of uses) groups.set(use.interpretation, [...(groups.get(use.interpretation) ?? []), use]);
  // What a file with errors declares would only hide the errors.
  if (errors.length > 0) {
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    return [`${file}: not a valid capability file, ${count}`, ...remarks(errors), ...remarks(warnings)].join('\n');
  }
  const missing = isSimulated && notSimulated(operations, isSimulated);
  return [
    `${file}: ${label}`,
    `  ${operations.length} operations, ${pathsOf(routes)} REST paths, ${routes.length} routes, ${tools.length} tools`,
    ...(missing === undefined ? [] : [`  not simulated: ${missing.length === 0 ? 'none' : missing.join(', ')}`]),
    '',
    `Interpretations: ${groups.size}${strict && uses.length > 0 ? ' (errors with --strict)' : ''}`,
    ...Array.from(groups, ([name, places]) => usesOf(name, places, at)).flat(),
    '',
    `Warnings: ${warnings.length}`,
    ...remarks(warnings),
    '',
    'Errors: 0',
  ].join('\n');
}

function usesOf(name: InterpretationName, uses: readonly InterpretationUse[], at: (place: Place) => string): string[] {
  const more = uses.length - PLACES_SHOWN;
  return [
    `  ${name}: ${interpretations[name]}`,
    ...uses.slice(0, PLACES_SHOWN).map((use) => `    ${at(use)}  ${use.where}`),
    ...(more > 0 ? [`    and ${more} more (--json lists them)`] : []),
  ];
}

function pathsOf(routes: Inspected['routes']): number {
  return new Set(routes.map((route) => route.path)).size;
}
