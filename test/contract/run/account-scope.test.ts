import { describe, expect, it } from 'vitest';
import { inScopes } from '../../../src/contract/model/scopes.js';
import type { Scenario } from '../../../src/contract/model/scenario.js';
import type { Side, Target } from '../../../src/contract/model/target.js';
import { runScenario } from '../../../src/contract/run/run-scenario.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import type { Json, JsonObject } from '../../../src/core/body.js';
import type { Input } from '../../../src/core/operation.js';
import { published, simulator } from '../helpers.js';

const room: Scenario = {
  name: 'room',
  about: 'A room with a guest.',
  scopes: ['service', 'account'],
  steps: [
    {
      name: 'create a room',
      operation: 'create Conversations',
      input: { body: { UniqueName: 'room' } },
      saveAs: 'conversation',
      expect: { body: { unique_name: 'room', url: '{{scope.url}}/Conversations/{{conversation.sid}}' } },
    },
    {
      name: 'add a guest',
      operation: 'create Conversations/Participants',
      input: { ConversationSid: 'room', body: { Identity: 'guest' } },
      expect: { body: { identity: 'guest', chat_service_sid: { ifPresent: '{{service.sid}}' } } },
    },
    { name: 'list rooms', operation: 'list Conversations', expect: { count: 1 } },
    {
      name: 'return 404 for an unknown service',
      operation: 'list Conversations',
      input: { ChatServiceSid: `IS${'0'.repeat(32)}` },
      expect: { status: 404 },
    },
  ],
};
const [inService, inAccount] = inScopes(room) as [Scenario, Scenario];

const settings: Scenario = {
  name: 'settings',
  about: 'Changes the timers and webhooks of the account, and fails before it restores them.',
  scopes: ['account'],
  steps: [
    { name: 'fetch the webhooks', operation: 'fetch Configuration/Webhooks' },
    {
      name: 'set timers',
      operation: 'update Configuration',
      input: { body: { DefaultInactiveTimer: 'PT5M', DefaultClosedTimer: 'PT1H' } },
      needs: 'settings',
    },
    {
      name: 'set webhooks',
      operation: 'update Configuration/Webhooks',
      input: {
        body: { PreWebhookUrl: 'https://example.com/', Filters: ['onUserAdded'], Method: 'GET', Target: 'flex' },
      },
      needs: 'settings',
    },
    { name: 'fail', operation: 'fetch Roles', input: { Sid: 'none' } },
  ],
};

/** One world, called by name. */
async function openWorld() {
  const target = (await simulator().open('world')) as Target;
  const call = async (name: string, input: Input = {}): Promise<JsonObject> => {
    const operation = published.operations.find((each) => each.name === name);
    if (operation === undefined) throw new Error(`unknown operation ${name}`);
    const { status, body } = await target.call(operation, input, new AbortController().signal);
    if (status >= 300) throw new Error(`${name}: HTTP ${status} ${JSON.stringify(body)}`);
    return (body ?? {}) as JsonObject;
  };
  const records = async (name: string, key: string) => (await call(name))[key] as readonly Json[];
  return { target, call, records };
}

function sideOf(target: Target): Side {
  const side = simulator();
  return { ...side, open: () => Promise.resolve(target) };
}

describe('a scenario in the account scope', () => {
  it('is named after its scope, and has the steps that its operations have inputs for', async () => {
    expect(inScopes(room).map(({ name }) => name)).toEqual(['room', 'room@account']);
    const { target } = await openWorld();
    const { steps } = await runScenario(inAccount, target, { published });
    expect(steps.map(({ step }) => step.operation.name)).toEqual([
      'fetchconfiguration',
      'createconversation',
      'createconversationparticipant',
      'listconversation',
    ]);
  });

  it('has the same masked values as the same scenario with other names, and as in a service', async () => {
    const { drifts, outcome } = await runSuite({
      scenarios: [inService, inAccount],
      left: simulator(),
      right: simulator(),
      published,
    });
    expect({ drifts, outcome }).toEqual({ drifts: [], outcome: 'agree' });
  });

  it('creates no service, and leaves nothing of its own behind, not even users', async () => {
    const { target, records } = await openWorld();
    const services = await records('listservice', 'services');
    const { leftovers } = await runScenario(inAccount, target, { published });
    expect(leftovers).toEqual([]);
    expect(await records('listservice', 'services')).toEqual(services);
    expect(await records('listconversation', 'conversations')).toEqual([]);
    expect(await records('listuser', 'users')).toEqual([]);
  });

  it('neither reports nor touches the records of others in the default service', async () => {
    const { target, call, records } = await openWorld();
    await call('createconversation', { body: { UniqueName: 'room' } });
    await call('createuser', { body: { Identity: 'guest' } });
    const before = [await records('listconversation', 'conversations'), await records('listuser', 'users')];
    const { drifts } = await runSuite({ scenarios: [inAccount], left: sideOf(target), right: simulator(), published });
    expect(drifts).toEqual([]);
    expect([await records('listconversation', 'conversations'), await records('listuser', 'users')]).toEqual(before);
  });

  it('can run twice at the same time in one account', async () => {
    const { target } = await openWorld();
    const report = await runSuite({ scenarios: [inAccount], left: sideOf(target), right: sideOf(target), published });
    expect(report.drifts).toEqual([]);
    expect(report.outcome).toBe('agree');
  });

  it('reports a record of its own that is missing from a shared list', async () => {
    const { target } = await openWorld();
    const hiding: Target = {
      async call(operation, input, signal) {
        const answer = await target.call(operation, input, signal);
        if (operation.name !== 'listconversation') return answer;
        return { ...answer, body: { ...(answer.body as JsonObject), conversations: [] } };
      },
    };
    const { drifts } = await runSuite({ scenarios: [inAccount], left: sideOf(hiding), right: simulator(), published });
    expect(new Set(drifts.map(({ step }) => step))).toEqual(new Set(['list rooms']));
  });

  it('reports what it could not delete', async () => {
    const { target } = await openWorld();
    const keeping: Target = {
      call: (operation, input, signal) =>
        operation.name === 'deleteuser'
          ? Promise.resolve({ status: 500, body: null })
          : target.call(operation, input, signal),
    };
    const { leftovers } = await runScenario(inAccount, keeping, { published });
    expect(leftovers).toEqual([expect.stringMatching(/^user guest-u\w{8}u: HTTP 500$/)]);
  });
});

const runSettings = (target: Target) => runScenario(inScopes(settings)[0] as Scenario, target, { published });

describe('settings of the account', () => {
  it('are restored after the scenario, whether they had values or not', async () => {
    const { target, call } = await openWorld();
    await call('updateconfiguration', { body: { DefaultClosedTimer: 'PT30M' } });
    await call('updateconfigurationwebhook', { body: { Filters: ['onMessageAdded'] } });
    const before = [await call('fetchconfiguration'), await call('fetchconfigurationwebhook')];
    const { leftovers, steps } = await runSettings(target);
    expect(steps.find(({ step }) => step.name === 'set timers')?.answer?.body).toMatchObject({
      default_closed_timer: 'PT1H',
    });
    expect(leftovers).toEqual([]);
    expect([await call('fetchconfiguration'), await call('fetchconfigurationwebhook')]).toEqual(before);
  });

  it('that cannot be restored are reported', async () => {
    const { target } = await openWorld();
    let updates = 0;
    const refusing: Target = {
      call: (operation, input, signal) =>
        operation.name === 'updateconfiguration' && ++updates > 1
          ? Promise.resolve({ status: 500, body: null })
          : target.call(operation, input, signal),
    };
    expect((await runSettings(refusing)).leftovers).toEqual(['Configuration, not restored: HTTP 500']);
  });

  it('are not changed unless the run may do so', async () => {
    const { target, call } = await openWorld();
    const side = sideOf(target);
    const { settings: _, ...prerequisites } = side.prerequisites;
    const report = await runSuite({ scenarios: inScopes(settings), left: { ...side, prerequisites }, published });
    expect(report.scenarios[0]?.skipped).toMatchObject([
      { step: 'set timers', why: expect.stringContaining('--account-settings') },
      { step: 'set webhooks' },
    ]);
    expect(await call('fetchconfigurationwebhook')).toMatchObject({ target: 'webhook' });
  });
});
