import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/body.js';
import type { Scenario } from '../../../src/contract/model/scenario.js';
import type { Answer, Side } from '../../../src/contract/model/target.js';
import { runSuite } from '../../../src/contract/run/run-suite.js';
import { createBudget, limitedTarget } from '../../../src/contract/targets/limited.js';
import { published, simulator, wrappedSimulator } from '../helpers.js';

const scenario: Scenario = {
  name: 'room',
  about: 'A conversation with a participant and messages.',
  steps: [
    { name: 'create a room', operation: 'create Conversations', input: { body: {} }, saveAs: 'conversation' },
    { name: 'add a guest', operation: 'create Conversations/Participants', input: { body: { Identity: 'ann' } } },
    { name: 'send', operation: 'create Conversations/Messages', input: { body: { Body: 'hi' } }, saveAs: 'message' },
    { name: 'send again', operation: 'create Conversations/Messages', input: { body: { Body: 'ho' } } },
    { name: 'list', operation: 'list Conversations/Messages', input: { PageSize: 1 }, paginate: true },
    {
      name: 'edit',
      operation: 'update Conversations/Messages',
      input: { Sid: '{{message.sid}}', body: { Body: '!' } },
    },
  ],
};

type ChangeAnswer = (operation: string, answer: Answer) => Answer | Promise<Answer>;

/** A side that records what it deletes, with a hook that can change responses. */
function observedSide(change: ChangeAnswer = (_, answer) => answer) {
  const deleted: string[] = [];
  const side = wrappedSimulator((baseline) => ({
    async call(operation, input, signal) {
      signal.throwIfAborted();
      const answer = await baseline.call(operation, input, signal);
      if (operation.method === 'DELETE' && answer.status === 204) deleted.push(operation.name);
      return change(operation.name, answer);
    },
  }));
  return { side, deleted };
}

/** Everything is inside the service. */
const EVERYTHING = ['deleteservice'];

function compareWith(right: Side, options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  return runSuite({ scenarios: [scenario], left: simulator(), right, published, ...options });
}

describe('cleanup', () => {
  it('deletes what the scenario created', async () => {
    const { side, deleted } = observedSide();
    expect(await compareWith(side)).toMatchObject({ outcome: 'agree', drifts: [] });
    expect(deleted).toEqual(EVERYTHING);
  });

  it('also runs after a call without a response', async () => {
    const { side, deleted } = observedSide((operation, answer) => {
      if (operation === 'updateserviceconversationmessage') throw new Error('socket hang up');
      return answer;
    });
    const { drifts, outcome } = await compareWith(side);
    expect(drifts).toMatchObject([{ kind: 'no-response', step: 'edit', side: 'wrapped', actual: 'socket hang up' }]);
    expect(outcome).toBe('drift');
    expect(deleted).toEqual(EVERYTHING);
  });

  it('also runs after an abort, and the run is incomplete', async () => {
    const stop = new AbortController();
    const { side, deleted } = observedSide((operation, answer) => {
      if (operation === 'listserviceconversationmessage') stop.abort(new Error('interrupted'));
      return answer;
    });
    const { outcome, scenarios } = await compareWith(side, { signal: stop.signal });
    expect(outcome).toBe('incomplete');
    expect(scenarios[0]?.interrupted).toBe('interrupted');
    expect(deleted).toEqual(EVERYTHING);
  });

  it('also runs after the request budget is spent, and the run is incomplete', async () => {
    const { side, deleted } = observedSide();
    const budget = createBudget({ requests: 4, rate: 1000 });
    const limited: Side = {
      ...side,
      async open(name) {
        const target = await side.open(name);
        return target && limitedTarget(target, budget);
      },
    };
    const { outcome, scenarios } = await compareWith(limited);
    expect(outcome).toBe('incomplete');
    expect(scenarios[0]?.interrupted).toMatch(/budget of 4 requests/);
    expect(deleted.at(-1)).toBe('deleteservice');
  });

  it('reports what it could not delete', async () => {
    const { side } = observedSide((operation, answer) =>
      operation === 'deleteservice' ? { status: 500, body: null } : answer,
    );
    const { outcome, scenarios } = await compareWith(side);
    expect(outcome).toBe('incomplete');
    expect(scenarios[0]?.leftovers).toEqual([expect.stringMatching(/^IS[0-9a-f]{32}: HTTP 500$/)]);
  });
});

describe('a run', () => {
  it('stops waiting for a target that hangs', async () => {
    const side = wrappedSimulator((baseline) => ({
      call(operation, input, signal) {
        if (operation.name !== 'listserviceconversationmessage') return baseline.call(operation, input, signal);
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
    }));
    const { drifts } = await compareWith(side, { timeoutMs: 50 });
    expect(drifts).toMatchObject([{ kind: 'no-response', step: 'list', actual: 'no response before the timeout' }]);
  });

  it('stops following pages that never end, and reports them', async () => {
    const { side } = observedSide((_, answer) => {
      const body = answer.body as { meta?: { url: string } } | null;
      if (body?.meta === undefined) return answer;
      return { ...answer, body: { ...body, meta: { ...body.meta, next_page_url: body.meta.url } } };
    });
    const { drifts } = await compareWith(side);
    expect(drifts.map(({ note }) => note)).toContain('the pages never end');
  });

  it('is incomplete if the other side does not respond at all', async () => {
    const side = wrappedSimulator(() => ({ call: () => Promise.reject(new Error('connection refused')) }));
    const { outcome, scenarios, drifts } = await compareWith(side);
    expect({ outcome, drifts }).toEqual({ outcome: 'incomplete', drifts: [] });
    expect(scenarios[0]?.interrupted).toBe('cannot start: connection refused');
  });

  it('is incomplete if a scenario names an unknown operation', async () => {
    const unknown = { ...scenario, steps: [{ name: 'dance', operation: 'create Dances' }] };
    const report = await runSuite({ scenarios: [unknown], left: simulator(), published });
    expect(report.outcome).toBe('incomplete');
    expect(report.scenarios[0]?.interrupted).toBe('unknown operation `create Dances` in step `dance`');
  });

  it('skips the steps that depend on a failed step, and reports only that step', async () => {
    const { side } = observedSide((operation, answer) =>
      operation === 'createserviceconversation' ? { status: 500, body: { status: 500 } } : answer,
    );
    const { drifts, scenarios } = await compareWith(side);
    expect(new Set(drifts.map(({ step }) => step))).toEqual(new Set(['create a room']));
    expect(scenarios[0]?.interrupted).toBeUndefined();
  });

  it('skips a step on both sides if one of them lacks its prerequisite', async () => {
    const needsPhone: Scenario = {
      ...scenario,
      steps: [
        {
          name: 'create a room',
          operation: 'create Conversations',
          input: { body: {} },
          saveAs: 'room',
          needs: 'phone',
        },
        { name: 'fetch it', operation: 'fetch Conversations', input: { Sid: '{{room.sid}}' } },
      ],
    };
    const withoutPhone: Side = { ...simulator(), prerequisites: {} };
    const { scenarios } = await runSuite({
      scenarios: [needsPhone],
      left: simulator(),
      right: withoutPhone,
      published,
    });
    expect(scenarios[0]?.skipped.map(({ step }) => step)).toEqual(['create a room', 'fetch it']);
    expect(scenarios[0]?.skipped[1]?.why).toMatch(/--address/);
  });

  it('runs scenarios in parallel, and reports them in their order', async () => {
    const scenarios = ['a', 'b', 'c'].map((name) => ({ ...scenario, name }));
    const [left, right] = [simulator(), simulator()];
    const report = await runSuite({ scenarios, left, right, published, parallel: 3 });
    expect(report.scenarios.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(report.outcome).toBe('agree');
  });

  it('reports a field once that violates the published schema and is at one side only', async () => {
    const { side } = observedSide((operation, answer) => {
      if (operation !== 'updateserviceconversationmessage') return answer;
      const { participant_sid: _, ...rest } = answer.body as JsonObject;
      return { ...answer, body: { ...rest, mood: 'good' } };
    });
    const { drifts } = await compareWith(side);
    expect(drifts.map(({ kind, path }) => `${path}: ${kind}`).sort()).toEqual([
      'mood: field-not-in-schema',
      'participant_sid: missing-required-field',
    ]);
  });

  it('counts the checks of every operation', async () => {
    const { fidelity } = await compareWith(simulator());
    const of = (name: string) => fidelity.find(({ operation }) => operation === name);
    expect(fidelity.map(({ operation }) => operation)).toEqual(published.operations.map(({ name }) => name).sort());
    expect(of('createserviceconversation')).toMatchObject({ answers: 1, shapes: 1, drifts: 0 });
    expect(of('createserviceconversation')?.compared).toBeGreaterThan(15);
    expect(of('listserviceconversationmessage')).toMatchObject({ answers: 1, shapes: 3 });
    expect(of('deleteservicerole')).toMatchObject({ answers: 0, compared: 0 });
  });

  it.each([
    ['HTML', 'text/html; charset=utf-8', false],
    ['no content type', undefined, false],
    ['JSON in another spelling', 'Application/JSON;charset=utf-8', true],
  ])('reports a body that says it is not JSON: %s', async (_, type, passes) => {
    const { side } = observedSide((operation, answer) => ({
      ...answer,
      headers: {
        ...(answer.body !== null && {
          'content-type': operation === 'updateserviceconversationmessage' ? type : 'application/json',
        }),
      } as Record<string, string>,
    }));
    const { drifts } = await compareWith(side);
    const expected = { kind: 'header', step: 'edit', side: 'wrapped', expected: 'application/json' };
    expect(drifts).toMatchObject(passes ? [] : [expected]);
  });

  it('treats an error of the understudy itself as a missing response', async () => {
    const { side } = observedSide((operation, answer) => {
      if (operation !== 'updateserviceconversationmessage') return answer;
      return { status: 404, body: { code: 990301, message: 'a.json does not contain this call', status: 404 } };
    });
    const { drifts } = await compareWith(side);
    expect(drifts).toMatchObject([{ kind: 'no-response', step: 'edit', actual: 'a.json does not contain this call' }]);
  });
});
