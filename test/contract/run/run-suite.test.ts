import { describe, expect, it } from 'vitest';
import { RunEnds } from '../../../src/contract/model/failure.js';
import type { Scenario } from '../../../src/contract/model/scenario.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import type { Answer, Side } from '../../../src/contract/model/target.js';
import { createBudget, limitedTarget } from '../../../src/contract/targets/limited.js';
import { disturbed, published, simulator } from '../helpers.js';

const story: Scenario = {
  name: 'story',
  about: 'A room with a guest and a message.',
  steps: [
    { name: 'make a room', operation: 'createserviceconversation', input: { body: {} }, keep: 'conversation' },
    { name: 'add a guest', operation: 'createserviceconversationparticipant', input: { body: { Identity: 'ann' } } },
    { name: 'write', operation: 'createserviceconversationmessage', input: { body: { Body: 'hi' } }, keep: 'message' },
    { name: 'write more', operation: 'createserviceconversationmessage', input: { body: { Body: 'ho' } } },
    { name: 'list', operation: 'listserviceconversationmessage', input: { PageSize: 1 }, walk: true },
    {
      name: 'edit',
      operation: 'updateserviceconversationmessage',
      input: { Sid: '{{message.sid}}', body: { Body: '!' } },
    },
  ],
};

/** A side that notes what it is asked to remove. */
function watched(change?: (operation: string, answer: Answer) => Answer | Promise<Answer>) {
  const removed: string[] = [];
  const side = disturbed((honest) => ({
    async call(operation, input, signal) {
      signal.throwIfAborted();
      const answer = await honest.call(operation, input, signal);
      if (operation.method === 'DELETE' && answer.status === 204) removed.push(operation.name);
      return change?.(operation.name, answer) ?? answer;
    },
  }));
  return { side, removed };
}

const ALL_GONE = [
  'deleteserviceconversationmessage',
  'deleteserviceconversationmessage',
  'deleteserviceconversationparticipant',
  'deleteserviceconversation',
  'deleteservice',
];

async function play(side: Side, more: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  return runSuite({ scenarios: [story], left: simulator(), right: side, published, ...more });
}

describe('a run', () => {
  it('removes what it made, the last first', async () => {
    const { side, removed } = watched();
    expect(await play(side)).toMatchObject({ outcome: 'agree', drifts: [] });
    expect(removed).toEqual(ALL_GONE);
  });

  it('removes it after a call that got no answer, and names the step', async () => {
    const { side, removed } = watched((operation, answer) => {
      if (operation === 'updateserviceconversationmessage') throw new Error('socket hang up');
      return answer;
    });
    const { drifts, outcome } = await play(side);
    expect(drifts).toMatchObject([{ kind: 'no-answer', step: 'edit', side: 'disturbed', actual: 'socket hang up' }]);
    expect(outcome).toBe('drift');
    expect(removed).toEqual(ALL_GONE);
  });

  it('removes it when it is stopped from outside, and says that it did not come to its end', async () => {
    const stop = new AbortController();
    const { side, removed } = watched((operation, answer) => {
      if (operation === 'listserviceconversationmessage') stop.abort(new Error('interrupted'));
      return answer;
    });
    const { outcome, scenarios } = await play(side, { signal: stop.signal });
    expect(outcome).toBe('incomplete');
    expect(scenarios[0]?.interrupted).toBe('interrupted');
    expect(removed).toEqual(ALL_GONE);
  });

  it('does not wait for ever for a target that hangs', async () => {
    const side = disturbed((honest) => ({
      call(operation, input, signal) {
        if (operation.name !== 'listserviceconversationmessage') return honest.call(operation, input, signal);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
    }));
    const { drifts } = await play(side, { timeoutMs: 50 });
    expect(drifts).toMatchObject([{ kind: 'no-answer', step: 'list', actual: 'no answer within the time allowed' }]);
  });

  it('ends pages that never end, and says so', async () => {
    const { side } = watched((_, answer) => {
      const body = answer.body as { meta?: { url: string } } | null;
      if (body?.meta === undefined) return answer;
      return { ...answer, body: { ...body, meta: { ...body.meta, next_page_url: body.meta.url } } };
    });
    const { drifts } = await play(side);
    expect(drifts.map(({ note }) => note)).toContain('the pages never end');
  });

  it('tells what it could not remove', async () => {
    const { side } = watched((operation, answer) =>
      operation === 'deleteservice' ? { status: 500, body: null } : answer,
    );
    const { outcome, scenarios } = await play(side);
    expect(outcome).toBe('incomplete');
    expect(scenarios[0]?.leftovers).toEqual([expect.stringMatching(/^IS[0-9a-f]{32}: HTTP 500$/)]);
  });

  it('could not begin where nobody answers', async () => {
    const side = disturbed(() => ({ call: () => Promise.reject(new Error('nobody listens')) }));
    const { outcome, scenarios, drifts } = await play(side);
    expect({ outcome, drifts }).toEqual({ outcome: 'incomplete', drifts: [] });
    expect(scenarios[0]?.interrupted).toBe('it could not begin: nobody listens');
  });

  it('leaves out what stands on a step that failed, and reports that step alone', async () => {
    const { side } = watched((operation, answer) =>
      operation === 'createserviceconversation' ? { status: 500, body: { status: 500 } } : answer,
    );
    const { drifts, scenarios } = await play(side);
    expect(new Set(drifts.map(({ step }) => step))).toEqual(new Set(['make a room']));
    expect(scenarios[0]?.interrupted).toBeUndefined();
  });

  it('leaves out on both sides what one of them has not got', async () => {
    const scenario: Scenario = {
      ...story,
      steps: [
        {
          name: 'make a room',
          operation: 'createserviceconversation',
          input: { body: {} },
          keep: 'room',
          needs: 'phone',
        },
        { name: 'find it', operation: 'fetchserviceconversation', input: { Sid: '{{room.sid}}' } },
      ],
    };
    const without: Side = { ...simulator(), prerequisites: {} };
    const { scenarios } = await runSuite({ scenarios: [scenario], left: simulator(), right: without, published });
    expect(scenarios[0]?.skipped.map(({ step }) => step)).toEqual(['make a room', 'find it']);
    expect(scenarios[0]?.skipped[1]?.why).toMatch(/--address/);
  });

  it('stops at its budget of requests, and tidies up all the same', async () => {
    const { side, removed } = watched();
    const budget = createBudget({ requests: 4, rate: 1000 });
    const limited: Side = {
      ...side,
      async open(scenario) {
        const target = await side.open(scenario);
        return target && limitedTarget(target, budget);
      },
    };
    const { outcome, scenarios } = await play(limited);
    expect(outcome).toBe('incomplete');
    expect(scenarios[0]?.interrupted).toMatch(/budget of 4 requests/);
    expect(removed.at(-1)).toBe('deleteservice');
    expect(new RunEnds('x')).toBeInstanceOf(Error);
  });

  it('asks again when it was told that it asked too often', async () => {
    let asked = 0;
    const target = limitedTarget(
      {
        call() {
          asked += 1;
          return Promise.resolve({ status: asked < 3 ? 429 : 200, body: null, headers: { 'retry-after': '0' } });
        },
      },
      createBudget({ requests: 10, rate: 1000 }),
    );
    const [operation] = published.operations;
    if (operation === undefined) throw new Error('there are operations');
    expect(await target.call(operation, {}, AbortSignal.timeout(1000))).toMatchObject({ status: 200 });
    expect(asked).toBe(3);
  });

  it('plays scenarios side by side', async () => {
    const scenarios = ['a', 'b', 'c'].map((name) => ({ ...story, name }));
    const [left, right] = [simulator(), simulator()];
    const report = await runSuite({ scenarios, left, right, published, parallel: 3 });
    expect(report.scenarios.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(report.outcome).toBe('agree');
  });

  it('says of each operation what was checked, and against what', async () => {
    const { fidelity } = await play(simulator());
    const of = (name: string) => fidelity.find(({ operation }) => operation === name);
    expect(fidelity).toHaveLength(50);
    expect(of('createserviceconversation')).toMatchObject({ answers: 1, shapes: 1, drifts: 0 });
    expect(of('createserviceconversation')?.compared).toBeGreaterThan(15);
    expect(of('listserviceconversationmessage')).toMatchObject({ answers: 1, shapes: 3 });
    expect(of('deleteservicerole')).toMatchObject({ answers: 0, compared: 0 });
  });
});

describe('an understudy that could ask nobody', () => {
  it('is no drift of Twilio: it gave no answer, and says why', async () => {
    const { side } = watched((operation, answer) => {
      if (operation !== 'updateserviceconversationmessage') return answer;
      return { status: 404, body: { code: 990301, message: 'a.json has nothing of the kind', status: 404 } };
    });
    const { drifts } = await play(side);
    expect(drifts).toMatchObject([{ kind: 'no-answer', step: 'edit', actual: 'a.json has nothing of the kind' }]);
  });
});
