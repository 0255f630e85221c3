import type { Operation, Scope } from '../../core/operation.js';
import { didYouMean } from '../../util/did-you-mean.js';
import { findOperation, openingStepOf, runsIn, verbAndNoun } from './bind-scenario.js';
import { isObject, type Path } from './paths.js';
import { variablesIn } from './reference.js';
import type { Scenario, Step } from './scenario.js';
import { inScopes } from './scopes.js';
import { variablesOf } from './step-input.js';
import type { Published } from './target.js';

/** What is wrong with a scenario, and where. */
export interface ScenarioProblem {
  readonly path: Path;
  readonly message: string;
}

/** Variables that exist in every scenario. */
const PREDEFINED = ['service', 'scope', 'phone', 'binding'];

/** Checks what a schema cannot: that operations, inputs and variables exist, and that step names are unique. */
export function checkScenario(scenario: Scenario, published: Published): ScenarioProblem[] {
  return inScopes(scenario).flatMap((each) => checkInScope(each, published));
}

function checkInScope(scenario: Scenario, published: Published): ScenarioProblem[] {
  const { steps, scope = 'service' } = scenario;
  const variables = new Set(scope === 'account' ? [...PREDEFINED, 'account'] : PREDEFINED);
  const names = new Set([openingStepOf(scenario)]);
  return steps.flatMap((step, i) => {
    const bound = findOperation(step.operation, published.operations, scope);
    if (bound !== undefined && !runsIn({ ...step, operation: bound }, scope)) return [];
    const problems: ScenarioProblem[] = [];
    if (names.has(step.name)) problems.push({ path: ['name'], message: `another step is named \`${step.name}\`` });
    names.add(step.name);
    problems.push(...checkStep(step, published, variables, scope));
    if (step.saveAs !== undefined) variables.add(step.saveAs);
    problems.push(...checkExpectation(step, variables));
    return problems.map(({ path, message }) => ({ path: ['steps', i, ...path], message }));
  });
}

function checkStep(step: Step, published: Published, variables: ReadonlySet<string>, scope: Scope): ScenarioProblem[] {
  const operation = findOperation(step.operation, published.operations, scope);
  if (operation === undefined) {
    const known = published.operations.map(step.operation.includes(' ') ? verbAndNoun : ({ name }) => name);
    return [
      { path: ['operation'], message: `unknown operation \`${step.operation}\`.${didYouMean(step.operation, known)}` },
    ];
  }
  const undefinedVariables = variablesOf({ ...step, operation }).filter((name) => !variables.has(name));
  return [
    ...checkInput(step, operation),
    ...checkBody(step, published.fields(operation.name) ?? []),
    ...undefinedVariables.map((name) => ({
      path: ['input'],
      message: `no earlier step saves \`${name}\`.${didYouMean(name, variables)}`,
    })),
  ];
}

function checkInput({ input = {}, paginate, page }: Step, operation: Operation): ScenarioProblem[] {
  const names = operation.parameters.map(({ name }) => name);
  const problems: ScenarioProblem[] = Object.keys(input)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: ['input', name],
      message: `\`${operation.name}\` has no input \`${name}\`.${didYouMean(name, names)}`,
    }));
  if (names.includes('Sid') && input['Sid'] === undefined) {
    problems.push({ path: ['input'], message: `\`${operation.name}\` requires \`Sid\`, e.g. \`Sid: "{{role.sid}}"\`` });
  }
  if (operation.verb !== 'list' && (paginate || page !== undefined)) {
    problems.push({ path: [paginate ? 'paginate' : 'page'], message: `\`${operation.name}\` does not return a list` });
  }
  return problems;
}

/** A scenario may send unknown fields to test that they are ignored, but a wrong case is a typing error. */
function checkBody({ input }: Step, fields: readonly string[]): ScenarioProblem[] {
  const body = input?.['body'];
  return Object.keys(isObject(body) ? body : {}).flatMap((name) => {
    const field = fields.find((each) => each.toLowerCase() === name.toLowerCase());
    if (field === undefined || fields.includes(name)) return [];
    return [{ path: ['input', 'body', name], message: `the field is spelled \`${field}\`` }];
  });
}

function checkExpectation({ expect }: Step, variables: ReadonlySet<string>): ScenarioProblem[] {
  const body = expect?.body ?? {};
  const undefinedVariables = variablesIn(body).filter((name) => !variables.has(name));
  return [
    ...undefinedVariables.map((name) => ({
      path: ['expect', 'body'],
      message: `no step saves \`${name}\`.${didYouMean(name, variables)}`,
    })),
    ...Object.entries(body).flatMap(([path, rule]) => {
      const message = isObject(rule) ? patternError(rule['like']) : undefined;
      return message === undefined ? [] : [{ path: ['expect', 'body', path], message }];
    }),
  ];
}

function patternError(pattern: unknown): string | undefined {
  if (typeof pattern !== 'string') return undefined;
  try {
    void new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
