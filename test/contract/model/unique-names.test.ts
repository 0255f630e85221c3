import { describe, expect, it } from 'vitest';
import type { Scenario, Step } from '../../../src/contract/model/scenario.js';
import { identitiesIn, randomSuffix, SUFFIX, withUniqueNames } from '../../../src/contract/model/unique-names.js';

const scenarioOf = (...steps: Step[]): Scenario => ({ name: 's', about: '', steps });
const rename = (...steps: Step[]) => withUniqueNames(scenarioOf(...steps), '-x').steps;
const create = (body: object, expectBody = {}): Step => ({
  name: 'create',
  operation: 'create Users',
  input: { body },
  expect: { body: expectBody },
});

describe('unique names', () => {
  it('have the suffix in inputs and expectations, in any case', () => {
    const [user, lookUp] = rename(
      create({ Identity: 'ada', FriendlyName: 'A' }, { identity: 'ada', state: 'active' }),
      {
        name: 'fetch',
        operation: 'fetch Users',
        input: { Sid: 'ADA' },
      },
    );
    expect(user?.input).toEqual({ body: { Identity: 'ada-x', FriendlyName: 'A' } });
    expect(user?.expect?.body).toEqual({ identity: 'ada-x', state: 'active' });
    expect(lookUp?.input).toEqual({ Sid: 'ADA-x' });
  });

  it.each(['{{role.sid}}', `CH${'0'.repeat(32)}`, '+15005550006', 'whatsapp:+15005550006', '0'])(
    'do not include %s',
    (text) => {
      expect(rename(create({ Identity: text }))[0]?.input).toEqual({ body: { Identity: text } });
    },
  );

  it('are found in the JSON text of a participant', () => {
    const Participant = ['{"identity":"ada","attributes":"{}"}', '{"messaging_binding":{"address":"+1"}}', 'no json'];
    const scenario = scenarioOf(create({ Participant }));
    expect(withUniqueNames(scenario, '-x').steps[0]?.input).toEqual({
      body: { Participant: ['{"identity":"ada-x","attributes":"{}"}', ...Participant.slice(1)] },
    });
    expect(identitiesIn(scenario)).toEqual(['ada']);
  });

  it('have a suffix that a recording can be searched for', () => {
    const suffix = randomSuffix();
    expect(SUFFIX.exec(`"Identity": "ada${suffix}"`)?.[0]).toBe(suffix);
    expect(randomSuffix()).not.toBe(suffix);
  });
});
