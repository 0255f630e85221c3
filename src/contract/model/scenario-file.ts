/** Reads the scenarios that users write in YAML. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UnderstudyError } from '../../core/errors.js';
import { isObject } from './paths.js';
import { checkScenario } from './scenario-check.js';
import { withCurrentNames } from './scenario-source.js';
import type { Scenario } from './scenario.js';
import { inScopes } from './scopes.js';
import type { Published } from './target.js';
import { parseYaml } from './yaml.js';

const text = { type: 'string', minLength: 1 };
const object = (properties: Record<string, object>, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const expectation = object(
  {
    status: { type: 'integer', minimum: 100, maximum: 599 },
    code: { type: 'integer' },
    body: { type: 'object' },
    headers: { type: 'array', items: text },
    count: { type: 'integer', minimum: 0 },
    sortedBy: text,
  },
  [],
);

const step = object(
  {
    name: text,
    operation: text,
    scope: { enum: ['service', 'account'] },
    input: { type: 'object' },
    page: text,
    paginate: { const: true },
    eventually: { const: true },
    saveAs: { type: 'string', pattern: '^[^.\\[\\]{}]+$' },
    expect: expectation,
    order: { enum: ['promised', 'free'] },
    only: { const: 'ours' },
    free: { type: 'object', additionalProperties: text },
    needs: { enum: ['phone', 'binding', 'settings'] },
    source: { enum: ['published', 'documented', 'recorded', 'inferred'] },
  },
  ['name', 'operation'],
);

const schema = object(
  {
    'understudy-scenario': { const: 1 },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
    about: text,
    scopes: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['service', 'account'] } },
    steps: { type: 'array', minItems: 1, items: step },
  },
  ['understudy-scenario', 'name', 'about', 'steps'],
);

const format = { schema, errorName: 'UNDERSTUDY_BAD_SCENARIO', upgrade } as const;

/** Parses a scenario. @throws UnderstudyError with file, line and path of the first problem. */
export function parseScenario(source: string, file: string, published: Published): Scenario {
  const { value, errorAt, lineAt } = parseYaml(source, file, format);
  const { 'understudy-scenario': _version, ...scenario } = value as Scenario & { 'understudy-scenario': 1 };
  const [problem] = checkScenario(scenario, published);
  if (problem !== undefined) throw errorAt(problem.path, problem.message);
  const lines = scenario.steps.map(({ name }, i) => [name, lineAt(['steps', i])] as const);
  return { ...scenario, origin: { file, lines: new Map(lines) } };
}

/** Reads one scenario file, or all YAML files of a folder: each scenario once for each of its scopes. */
export function readScenarios(path: string, published: Published): Scenario[] {
  return filesAt(path).flatMap((file) => inScopes(parseScenario(readFileSync(file, 'utf8'), file, published)));
}

/** Former names of step keys are still accepted. */
function upgrade(value: unknown): unknown {
  const steps: unknown = isObject(value) ? value['steps'] : undefined;
  if (!isObject(value) || !Array.isArray(steps)) return value;
  return { ...value, steps: steps.map((each: unknown) => (isObject(each) ? withCurrentNames(each) : each)) };
}

function filesAt(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name));
    if (names.length > 0) return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw new UnderstudyError('UNDERSTUDY_BAD_SCENARIO', `Cannot read ${path}: ${(error as Error).message}.`);
  }
  throw new UnderstudyError('UNDERSTUDY_BAD_SCENARIO', `${path} contains no scenarios: add .yaml files to it.`);
}
