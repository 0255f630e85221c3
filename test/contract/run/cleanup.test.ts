import { describe, expect, it } from 'vitest';
import { findOperation } from '../../../src/contract/model/bind-scenario.js';
import { createCleanup } from '../../../src/contract/run/cleanup.js';
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
  const created = (reference: string, input: object, sid: string) =>
    cleanup.track(operation(reference), { ...input }, { status: 201, body: { sid } });
  created('create Services', {}, 'IS1');
  created('create Conversations', { ChatServiceSid: 'IS1' }, 'CH1');
  return { cleanup, deleted };
}

describe('cleanup', () => {
  it('deletes created records in reverse order, each with the operation of its resource', async () => {
    const { cleanup, deleted } = createTracker();
    expect(await cleanup.run()).toEqual([]);
    expect(deleted).toEqual(['deleteserviceconversation CH1', 'deleteservice IS1']);
  });

  it('does not delete what the scenario has deleted', async () => {
    const { cleanup, deleted } = createTracker();
    const input = { ChatServiceSid: 'IS1', Sid: 'CH1' };
    cleanup.track(operation('delete Conversations'), input, { status: 204, body: null });
    await cleanup.run();
    expect(deleted).toEqual(['deleteservice IS1']);
  });

  it('reports a service that could not be deleted, but not what is inside', async () => {
    const { cleanup } = createTracker(['CH1', 'IS1']);
    expect(await cleanup.run()).toEqual(['IS1: HTTP 500']);
  });
});
