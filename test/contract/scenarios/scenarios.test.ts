import { describe, expect, it } from 'vitest';
import { bindScenario } from '../../../src/contract/model/bind-scenario.js';
import { checkScenario } from '../../../src/contract/model/scenario-check.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { published } from '../helpers.js';

const names = published.operations.map(({ name }) => name);
const bound = scenarios.map((scenario) => bindScenario(scenario, published.operations));
const steps = bound.flatMap((scenario) => scenario.steps);

/** Whether an input names a record by another name than its SID. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && !/^[A-Z]{2}[0-9a-f]{32}$|\.sid/.test(value);
}

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
    // The account's settings always exist.
    const infallible = ['fetchconfiguration', 'fetchconfigurationwebhook'];
    expect(names.filter((name) => !failing.has(name)).sort()).toEqual(infallible);
  });

  it('address conversations by unique name, users and participants by identity, in every operation that accepts it', () => {
    const named = ['Conversations', 'Conversations/Participants', 'Users', 'Configuration/Addresses'];
    const missing = published.operations.flatMap(({ name, noun, parameters }) =>
      parameters
        .filter((each) => each.in === 'path')
        .filter(
          (each) => ['ConversationSid', 'UserSid'].includes(each.name) || (each.name === 'Sid' && named.includes(noun)),
        )
        .filter(
          (each) =>
            !steps.some(
              ({ operation, input = {}, expect: { status = 200 } = {} }) =>
                operation.name === name && status < 400 && isName(input[each.name]),
            ),
        )
        .map((each) => `${name}: ${each.name}`),
    );
    expect(missing).toEqual([]);
  });

  it('list every resource after one of its records was deleted', () => {
    const deletable = published.operations.filter(({ verb }) => verb === 'delete');
    const unlisted = deletable.filter(({ name, noun, scope }) => {
      const list = published.operations.find(
        (each) => each.verb === 'list' && each.noun === noun && each.scope === scope,
      );
      return !bound.some((scenario) => {
        const deleted = scenario.steps.findIndex(
          ({ operation, expect: { status = 200 } = {} }) => operation.name === name && status < 400,
        );
        return (
          deleted !== -1 &&
          scenario.steps.some(
            ({ operation, expect: { status = 200 } = {} }, i) =>
              i > deleted && operation.name === list?.name && status < 400,
          )
        );
      });
    });
    expect(unlisted.map(({ name }) => name)).toEqual([]);
  });

  it('run in both scopes if their steps have account-level twins, with the same steps', () => {
    const twins = bound.filter(({ name }) => name.endsWith('@account'));
    expect(twins.length).toBeGreaterThan(10);
    for (const twin of twins) {
      const inService = bound.find(({ name }) => `${name}@account` === twin.name);
      const own = (each: (typeof bound)[number]) => each.steps.slice(1).map(({ name }) => name);
      const serviceSteps = own(inService ?? twin);
      const others = own(twin).filter((name) => !serviceSteps.includes(name));
      expect([twin.name, others.length > 1 ? others : []]).toEqual([twin.name, []]);
      expect(twin.steps.slice(1).map(({ operation }) => operation.scope)).not.toContain('service');
    }
  });

  it('have unique names', () => {
    const scenarioNames = scenarios.map(({ name }) => name);
    expect(new Set(scenarioNames).size).toBe(scenarioNames.length);
  });
});
