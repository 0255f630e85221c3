import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/contract/model/scenario-file.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { published, simulator } from '../helpers.js';

const valid = `understudy-scenario: 1
name: my-scenario
about: A room and its guest.
steps:
  - name: create a room
    operation: createserviceconversation
    input: { body: { UniqueName: room } }
    saveAs: conversation
    expect: { body: { unique_name: room, sid: { like: ^CH } } }
  - name: add a guest
    operation: create Conversations/Participants
    input:
      body: { Identity: guest }
  - name: list the guests
    operation: listserviceconversationparticipant
    paginate: true
    order: free
    expect: { count: 1 }
`;

describe('a scenario in YAML', () => {
  it('runs like those in this package', async () => {
    const scenario = parseScenario(valid, 'my.yaml', published);
    const report = await runSuite({ scenarios: [scenario], left: simulator(), published });
    expect(report.drifts).toEqual([]);
    expect(report.scenarios[0]).toMatchObject({ name: 'my-scenario', steps: 4 });
  });

  it('may use the former names `keep` and `walk`', () => {
    const former = valid.replace('saveAs:', 'keep:').replace('paginate:', 'walk:');
    expect(parseScenario(former, 'my.yaml', published)).toEqual(parseScenario(valid, 'my.yaml', published));
  });

  it.each<[string, string, string, RegExp]>([
    ['broken YAML', 'steps:', 'steps: [', /^my\.yaml:\d+:\d+: /],
    [
      'an unknown key',
      'saveAs: conversation',
      'safeAs: conversation',
      /^my\.yaml:8:\d+: steps\[0\]\.safeAs: unknown key.*`saveAs`/,
    ],
    [
      'a missing key',
      '    operation: createserviceconversation\n',
      '',
      /^my\.yaml:5:5: steps\[0\]: `operation` is missing/,
    ],
    [
      'an unknown operation',
      'operation: createserviceconversation\n',
      'operation: createserviceconversaton\n',
      /^my\.yaml:6:16: .*`createserviceconversation`\?/,
    ],
    [
      'an unknown noun',
      'create Conversations/Participants',
      'create Conversations/Participant',
      /^my\.yaml:11:16: .*`create Conversations\/Participants`\?/,
    ],
    ['an unknown input', 'paginate: true', 'input: { Pagesize: 1 }', /^my\.yaml:16:24: .*`PageSize`\?/],
    ['a field in the wrong case', 'UniqueName: room', 'uniquename: room', /^my\.yaml:7:34: .*`UniqueName`/],
    [
      'an undefined variable in an input',
      'Identity: guest',
      "Identity: '{{usr.identity}}'",
      /^my\.yaml:13:7: .*no earlier step saves `usr`/,
    ],
    [
      'an undefined variable in an expectation',
      'unique_name: room',
      "unique_name: '{{rom.x}}'",
      /^my\.yaml:9:21: .*no step saves `rom`/,
    ],
    ['an invalid pattern', 'like: ^CH', "like: '['", /^my\.yaml:9:\d+: .*regular expression/],
    [
      'paging of a single record',
      '    saveAs: conversation',
      '    paginate: true',
      /^my\.yaml:8:15: .*does not return a list/,
    ],
    ['a duplicate step name', 'add a guest', 'create a room', /^my\.yaml:10:11: .*another step is named/],
    [
      'a key together with its former name',
      '    paginate: true',
      '    paginate: true\n    walk: true',
      /steps\[2\]\.walk: unknown key/,
    ],
    [
      'an unknown version',
      'understudy-scenario: 1',
      'understudy-scenario: 2',
      /^my\.yaml:1:\d+: understudy-scenario: /,
    ],
  ])('is rejected for %s, with its line', (_, text, replacement, message) => {
    expect(valid).toContain(text);
    expect(() => parseScenario(valid.replace(text, replacement), 'my.yaml', published)).toThrow(message);
  });
});
