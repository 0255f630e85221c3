/** Users' own scenarios, in YAML with the same words. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UnderstudyError } from '../../core/errors.js';
import { checkScenario } from './scenario-check.js';
import type { Scenario } from './scenario.js';
import type { Published } from './target.js';
import { readYaml } from './yaml.js';

const text = { type: 'string', minLength: 1 };
const closed = (properties: Record<string, object>, required: readonly string[]): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const expectation = closed(
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

const step = closed(
  {
    name: text,
    operation: text,
    input: { type: 'object' },
    page: text,
    walk: { const: true },
    keep: { type: 'string', pattern: '^[^.\\[\\]{}]+$' },
    expect: expectation,
    order: { enum: ['promised', 'free'] },
    only: { const: 'ours' },
    free: { type: 'object', additionalProperties: text },
    needs: { enum: ['phone', 'binding'] },
    source: { enum: ['published', 'documented', 'recorded', 'inferred'] },
  },
  ['name', 'operation'],
);

/** The form of a scenario file, for editors that check YAML. */
export const scenarioSchema = closed(
  {
    'understudy-scenario': { const: 1 },
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' },
    about: text,
    steps: { type: 'array', minItems: 1, items: step },
  },
  ['understudy-scenario', 'name', 'about', 'steps'],
);

/** Reads a scenario's text. @throws UnderstudyError with file, line and place of the first fault. */
export function parseScenario(source: string, file: string, published: Published): Scenario {
  const { value, ...yaml } = readYaml(source, file, scenarioSchema, 'UNDERSTUDY_BAD_SCENARIO');
  const { 'understudy-scenario': _version, ...scenario } = value as Scenario & { 'understudy-scenario': 1 };
  const [first] = checkScenario(scenario, published);
  if (first !== undefined) throw yaml.fault(first.path, first.why);
  return { ...scenario, file };
}

/** Reads one scenario file, or all YAML files of a folder. */
export function readScenarios(place: string, published: Published): Scenario[] {
  return filesAt(place).map((file) => parseScenario(readFileSync(file, 'utf8'), file, published));
}

function filesAt(place: string): string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    const names = readdirSync(place).filter((name) => /\.ya?ml$/.test(name));
    if (names.length > 0) return names.sort().map((name) => join(place, name));
  } catch (error) {
    throw new UnderstudyError('UNDERSTUDY_BAD_SCENARIO', `Cannot read ${place}: ${(error as Error).message}.`);
  }
  throw new UnderstudyError('UNDERSTUDY_BAD_SCENARIO', `${place} holds no scenario: put .yaml files there.`);
}
