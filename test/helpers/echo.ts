import type { Backend, Call } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';

/** A backend that returns the call that it received, so that a test can see how a request was bound. */
export function createEcho(): Backend & { readonly calls: Call[]; close(): Promise<void> } {
  const calls: Call[] = [];
  return {
    calls,
    answer(call) {
      calls.push(call);
      if (call.operation.method === 'DELETE') return { status: 204, headers: {}, body: null };
      const body = bodyOf({
        operation: call.operation.name,
        path: Object.fromEntries(call.path),
        query: Object.fromEntries(call.query),
        headers: Object.fromEntries(call.headers),
        form: Object.fromEntries(call.form),
        account: call.caller.account ?? null,
        origin: call.caller.origin,
      });
      return { status: call.operation.method === 'POST' ? 201 : 200, headers: {}, body };
    },
    close: () => Promise.resolve(),
  };
}
