import { closest } from 'fastest-levenshtein';
import type { Operation } from '../../core/operation.js';
import { isObject, type Path } from './paths.js';
import { referencesIn } from './reference.js';
import type { Scenario, Step } from './scenario.js';
import { rootsOf } from './step-input.js';
import type { Published } from './target.js';

/** What is wrong with a scenario, and where in it. */
export interface ScenarioFault {
  readonly path: Path;
  readonly why: string;
}

/** Names that a scenario can refer to without a step having kept them. */
const GIVEN = ['service', 'phone', 'binding'];

/** Checks what no form of a file can: that operations, inputs and references exist, and that names are said once. */
export function checkScenario({ steps }: Scenario, published: Published): ScenarioFault[] {
  const operations = new Map(published.operations.map((operation) => [operation.name, operation]));
  const kept = new Set(GIVEN);
  const names = new Set<string>(['make the service']);
  return steps.flatMap((step, i) => {
    const at = (path: Path, why: string): ScenarioFault => ({ path: ['steps', i, ...path], why });
    const faults: ScenarioFault[] = [];
    if (names.has(step.name)) faults.push(at(['name'], `two steps are called \`${step.name}\``));
    names.add(step.name);
    const operation = operations.get(step.operation);
    if (operation === undefined) {
      const why = `there is no operation \`${step.operation}\`. ${meant(step.operation, operations.keys())}`;
      return [...faults, at(['operation'], why)];
    }
    faults.push(...checkInput(step, operation, published).map(({ path, why }) => at(path, why)));
    for (const root of rootsOf(step, operation)) {
      if (!kept.has(root))
        faults.push(at(['input'], `no step before this one keeps \`${root}\`. ${meant(root, kept)}`));
    }
    if (step.keep !== undefined) kept.add(step.keep);
    const own = referencesIn(step.expect?.body ?? {}).map((reference) => reference.split(/[.[]/)[0] ?? '');
    for (const root of own) {
      if (!kept.has(root)) faults.push(at(['expect', 'body'], `nothing is kept as \`${root}\`. ${meant(root, kept)}`));
    }
    return [...faults, ...checkRules(step).map(({ path, why }) => at(path, why))];
  });
}

function checkInput(step: Step, operation: Operation, published: Published): ScenarioFault[] {
  const names = operation.parameters.map(({ name }) => name);
  const faults: ScenarioFault[] = Object.keys(step.input ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: ['input', name], why: `\`${operation.name}\` has no such input. ${meant(name, names)}` }));
  for (const { name, in: place } of operation.parameters) {
    if (place === 'path' && name === 'Sid' && step.input?.[name] === undefined) {
      faults.push({ path: ['input'], why: `\`${operation.name}\` needs \`Sid\`, e.g. \`Sid: "{{role.sid}}"\`` });
    }
  }
  const isList = operation.parameters.some(({ name }) => name === 'PageSize');
  if (!isList && (step.walk || step.page !== undefined)) {
    faults.push({ path: [step.walk ? 'walk' : 'page'], why: `\`${operation.name}\` is no list` });
  }
  const fields = published.fields(operation.name) ?? [];
  // A scenario may send what nobody knows, to see it ignored; a name that is nearly right is a slip.
  for (const name of bodyNames(step.input?.['body'])) {
    const like = fields.find((field) => field !== name && field.toLowerCase() === name.toLowerCase());
    if (like !== undefined && !fields.includes(name)) {
      faults.push({ path: ['input', 'body', name], why: `the field is spelled \`${like}\`` });
    }
  }
  return faults;
}

function bodyNames(body: unknown): string[] {
  return isObject(body) ? Object.keys(body) : [];
}

function checkRules({ expect }: Step): ScenarioFault[] {
  return Object.entries(expect?.body ?? {}).flatMap(([path, rule]) => {
    const like = isObject(rule) ? rule['like'] : undefined;
    if (typeof like !== 'string') return [];
    try {
      void new RegExp(like, 'u');
      return [];
    } catch (error) {
      return [{ path: ['expect', 'body', path], why: (error as Error).message }];
    }
  });
}

function meant(given: string, names: Iterable<string>): string {
  const known = [...names];
  return known.length === 0 ? '' : `Did you mean \`${closest(given, known)}\`?`;
}
