import { describe, expect, it } from 'vitest';
import { bindScenario } from '../../../src/contract/model/bind-scenario.js';
import { checkScenario } from '../../../src/contract/model/scenario-check.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { published } from '../helpers.js';

const names = published.operations.map(({ name }) => name);
const steps = scenarios.flatMap((scenario) => bindScenario(scenario, published.operations).steps);

describe('the scenarios in this package', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s is valid', (_, scenario) => {
    expect(checkScenario(scenario, published)).toEqual([]);
  });

  it('call every operation', () => {
    const called = new Set(steps.map(({ operation }) => operation.name));
    expect(names.filter((name) => !called.has(name))).toEqual([]);
  });

  it('provoke an error of every operation that can return one', () => {
    const failing = new Set(
      steps.filter(({ expect: { status = 0 } = {} }) => status >= 400).map(({ operation }) => operation.name),
    );
    // Listing services has no input that Twilio rejects, except page tokens.
    expect(names.filter((name) => !failing.has(name))).toEqual(['listservice']);
  });

  it('have unique names', () => {
    const scenarioNames = scenarios.map(({ name }) => name);
    expect(new Set(scenarioNames).size).toBe(scenarioNames.length);
  });
});
