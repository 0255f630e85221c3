import { relative } from 'node:path';
import { UnderstudyError } from '../core/errors.js';
import { packagedCapability } from './file.js';
import { inspectCapability, type InspectedCapability } from './load.js';
import {
  interpretations,
  type Place,
  type InterpretationName,
  type InterpretationUse,
  type Remark,
} from './interpretations.js';

/** More places of one interpretation than this are counted, not listed; `--json` lists them all. */
const PLACES_SHOWN = 3;

/** The body of `understudy capability validate`: what was read, how, what is odd and what is wrong. */
export function validateCapability(
  file: string | undefined,
  { strict = false, json = false }: { strict?: boolean | undefined; json?: boolean | undefined } = {},
): { output: string; exitCode: number } {
  const capability = inspect(file ?? packagedCapability);
  const { errors, interpretations: uses } = capability.report;
  const exitCode = errors.length > 0 || (strict && uses.length > 0) ? 1 : 0;
  const output = json ? asJson(capability, exitCode === 0) : asText(capability, strict);
  return { output: `${output}\n`, exitCode };
}

/** A file that cannot be opened is a error of the file like any other. */
function inspect(
  file: string,
): Pick<InspectedCapability, 'file' | 'label' | 'operations' | 'routes' | 'tools' | 'report'> {
  try {
    return inspectCapability(file);
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    const errors = [{ message: error.message, line: 1, column: 1 }];
    return {
      file,
      label: '',
      operations: [],
      routes: [],
      tools: [],
      report: { interpretations: [], warnings: [], errors },
    };
  }
}

function asJson(
  { file, label, operations, routes, tools, report }: ReturnType<typeof inspect>,
  valid: boolean,
): string {
  const used = report.interpretations.map((use) => ({ ...use, meaning: interpretations[use.interpretation] }));
  const counts = { operations: operations.length, paths: pathsOf(routes), routes: routes.length, tools: tools.length };
  return JSON.stringify({ file, label, valid, counts, ...report, interpretations: used }, null, 2);
}

function asText(
  { file: path, label, operations, routes, tools, report }: ReturnType<typeof inspect>,
  strict: boolean,
): string {
  const near = relative('', path);
  const file = near.startsWith('..') ? path : near;
  const at = ({ line, column }: Place) => `${file}:${line}:${column}`;
  const remarks = (list: readonly Remark[]) => list.map((remark) => `  ${at(remark)}  ${remark.message}`);
  const { interpretations: uses, warnings, errors } = report;
  const groups = new Map<InterpretationName, InterpretationUse[]>();
  for (const use of uses) groups.set(use.interpretation, [...(groups.get(use.interpretation) ?? []), use]);
  return [
    `${file}: ${label || 'not readable as a capability'}`,
    `  ${operations.length} operations, ${pathsOf(routes)} REST paths, ${routes.length} routes, ${tools.length} tools`,
    '',
    `Readings needed: ${groups.size}${strict && uses.length > 0 ? ' (refused by --strict)' : ''}`,
    ...Array.from(groups, ([name, places]) => readingLines(name, places, at)).flat(),
    '',
    `Oddities: ${warnings.length}`,
    ...remarks(warnings),
    '',
    `Faults: ${errors.length}`,
    ...remarks(errors),
  ].join('\n');
}

function readingLines(
  name: InterpretationName,
  uses: readonly InterpretationUse[],
  at: (place: Place) => string,
): string[] {
  const more = uses.length - PLACES_SHOWN;
  return [
    `  ${name}: ${interpretations[name]}`,
    ...uses.slice(0, PLACES_SHOWN).map((use) => `    ${at(use)}  ${use.where}`),
    ...(more > 0 ? [`    and ${more} more (--json lists them)`] : []),
  ];
}

function pathsOf(routes: InspectedCapability['routes']): number {
  return new Set(routes.map((route) => route.path)).size;
}
