import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import { createCleanup } from '../../../src/contract/run/cleanup.js';
import type { JsonObject } from '../../../src/core/body.js';
import { published } from '../helpers.js';

function operation(reference: string) {
  const found = findOperation(reference, published.operations);
  if (found === undefined) throw new Error(`unknown operation ${reference}`);
  return found;
}

/** Records what is deleted. Deletions of SIDs in `failing` are answered with 500. */
function createTracker(failing: readonly string[] = []) {
  const deleted: string[] = [];
  const cleanup = createCleanup(published, {
    call({ name }, { Sid }) {
      deleted.push(`${name} ${String(Sid)}`);
      return Promise.resolve({ status: failing.includes(String(Sid)) ? 500 : 204, body: null });
    },
  });
  const created = (reference: string, input: object, body: JsonObject) =>
    cleanup.track(operation(reference), { ...input }, { status: 201, body });
  created('create Services', {}, { sid: 'IS1' });
  created('create Conversations', { ChatServiceSid: 'IS1' }, { sid: 'CH1' });
  created('create Services', {}, { sid: 'IS2' });
  created('create Conversations', { ChatServiceSid: 'IS0' }, { sid: 'CH2', unique_name: 'room' });
  created('create Conversations/Messages', { ChatServiceSid: 'IS0', ConversationSid: 'room' }, { sid: 'IM1' });
  return { cleanup, deleted };
}

describe('cleanup', () => {
  it('deletes created records in reverse order, each with the operation of its resource and with what is inside', async () => {
    const { cleanup, deleted } = createTracker();
    expect(await cleanup.run()).toEqual([]);
    expect(deleted).toEqual(['deleteserviceconversation CH2', 'deleteservice IS2', 'deleteservice IS1']);
  });

  it('does not delete what the scenario has deleted, by SID or by name', async () => {
    const { cleanup, deleted } = createTracker();
    const input = { ChatServiceSid: 'IS0', Sid: 'room' };
    cleanup.track(operation('delete Conversations'), input, { status: 204, body: null });
    cleanup.track(operation('delete Services'), { Sid: 'IS2' }, { status: 204, body: null });
    await cleanup.run();
    expect(deleted).toEqual(['deleteservice IS1']);
  });

  it('reports what could not be deleted, and tries to delete its contents', async () => {
    const { cleanup, deleted } = createTracker(['IS1', 'CH1']);
    expect(await cleanup.run()).toEqual(['IS1: HTTP 500']);
    expect(deleted).toContain('deleteserviceconversation CH1');
  });

  it('reports every refused deletion', async () => {
    const { cleanup } = createTracker(['CH2', 'IS1']);
    expect(await cleanup.run()).toEqual(['CH2: HTTP 500', 'IS1: HTTP 500']);
  });

  it('gives every deletion its own time, and does not call a target again that does not respond', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const timeouts = [new AbortController(), first, second];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => (timeouts.shift() ?? second).signal);
    onTestFinished(() => timeout.mockRestore());
    const calls: string[] = [];
    const cleanup = createCleanup(published, {
      call(_, { Sid }) {
        calls.push(String(Sid));
        // The time of the second deletion runs out.
        if (calls.length === 2) second.abort(new DOMException('', 'TimeoutError'));
        return second.signal.aborted
          ? Promise.reject(second.signal.reason as Error)
          : Promise.resolve({ status: 204, body: null });
      },
    });
    for (const sid of ['IS1', 'IS2', 'IS3']) {
      cleanup.track(operation('create Services'), {}, { status: 201, body: { sid } });
    }
    expect(await cleanup.run()).toEqual([
      'IS2: no response before the timeout',
      'IS1: not tried, because the target does not respond',
    ]);
    expect(calls).toEqual(['IS3', 'IS2']);
  });
});
