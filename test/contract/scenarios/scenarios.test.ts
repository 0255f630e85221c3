import { describe, expect, it } from 'vitest';
import { checkScenario } from '../../../src/contract/model/scenario-check.js';
import { parseScenario } from '../../../src/contract/model/scenario-file.js';
import { scenarios } from '../../../src/contract/scenarios/index.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { published, simulator } from '../helpers.js';

describe('the scenarios that ship', () => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s says nothing wrong', (_, scenario) => {
    expect(checkScenario(scenario, published)).toEqual([]);
  });

  it('call every operation', () => {
    const called = new Set(scenarios.flatMap(({ steps }) => steps.map(({ operation }) => operation)));
    expect(published.operations.map(({ name }) => name).filter((name) => !called.has(name))).toEqual([]);
  });

  it('refuse something of every operation that can refuse', () => {
    const refused = scenarios.flatMap(({ steps }) =>
      steps.filter(({ expect: { status = 0 } = {} }) => status >= 400).map(({ operation }) => operation),
    );
    const never = published.operations.map(({ name }) => name).filter((name) => !refused.includes(name));
    // A list of services has nothing to refuse but a page.
    expect(never).toEqual(['listservice']);
  });

  it('have names of their own', () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

const good = `understudy-scenario: 1
name: my-story
about: A room and its guest.
steps:
  - name: make a room
    operation: createserviceconversation
    input: { body: { UniqueName: room } }
    keep: conversation
    expect: { body: { unique_name: room, sid: { like: ^CH } } }
  - name: add a guest
    operation: createserviceconversationparticipant
    input:
      body: { Identity: guest }
  - name: list the guests
    operation: listserviceconversationparticipant
    walk: true
    order: free
    expect: { count: 1 }
`;

describe('a scenario in YAML', () => {
  it('is played like those that ship', async () => {
    const scenario = parseScenario(good, 'my.yaml', published);
    const report = await runSuite({ scenarios: [scenario], left: simulator(), published });
    expect(report.drifts).toEqual([]);
    expect(report.scenarios[0]).toMatchObject({ name: 'my-story', steps: 4 });
  });

  it.each<[string, string, string, RegExp]>([
    ['broken YAML', 'steps:', 'steps: [', /^my\.yaml:\d+:\d+: /],
    ['an unknown word', 'keep: conversation', 'kept: conversation', /^my\.yaml:8:\d+: steps\[0\]\.kept: .*`keep`/],
    [
      'a missing word',
      '    operation: createserviceconversation\n',
      '',
      /^my\.yaml:5:5: steps\[0\]: `operation` is missing/,
    ],
    [
      'an unknown operation',
      'operation: createserviceconversation\n',
      'operation: createconversation\n',
      /^my\.yaml:6:16: .*`createserviceconversation`\?/,
    ],
    ['an unknown input', 'walk: true', 'input: { Pagesize: 1 }', /^my\.yaml:16:24: .*`PageSize`\?/],
    ['a misspelt field', 'UniqueName: room', 'uniquename: room', /^my\.yaml:7:34: .*`UniqueName`/],
    [
      'a reference to nothing',
      'Identity: guest',
      "Identity: '{{usr.identity}}'",
      /^my\.yaml:13:7: .*no step before this one keeps `usr`/,
    ],
    [
      'a promise about nothing',
      'unique_name: room',
      "unique_name: '{{rom.x}}'",
      /^my\.yaml:9:21: .*nothing is kept as `rom`/,
    ],
    ['a bad rule', 'like: ^CH', "like: '['", /^my\.yaml:9:\d+: .*regular expression/],
    ['pages of what is no list', '    keep: conversation', '    walk: true', /^my\.yaml:8:11: .*is no list/],
    ['two steps of one name', 'add a guest', 'make a room', /^my\.yaml:10:11: .*two steps/],
    ['a wrong version', 'understudy-scenario: 1', 'understudy-scenario: 2', /^my\.yaml:1:\d+: understudy-scenario: /],
  ])('is refused with the line of %s', (_, text, other, message) => {
    expect(good).toContain(text);
    expect(() => parseScenario(good.replace(text, other), 'my.yaml', published)).toThrow(message);
  });
});
