import type { Backend, Caller, Operation, Result } from '../core/operation.js';
import type { MaybePromise } from '../core/maybe-promise.js';

/** A caller whose call is answered by the surface itself. It still passes faults, journal and metrics. */
interface LocalCaller extends Caller {
  /** Taken when the call is answered, so that the journal does not keep it. */
  answer: (() => MaybePromise<Result>) | undefined;
}

/** Answers calls of `LocalCaller`s. */
export const localBackend: Backend = {
  answer(call) {
    const caller = call.caller as LocalCaller;
    const { answer } = caller;
    caller.answer = undefined;
    if (answer === undefined) throw new Error(`\`${call.operation.name}\` has nothing to answer it`);
    return answer();
  },
};

/** An operation that a surface answers itself: no capability file describes it. */
export const localOperation = (
  name: string,
  parts: Pick<Operation, 'baseUri' | 'noun' | 'verb' | 'method' | 'path' | 'description'>,
): Operation => ({
  id: `client.${name}`,
  name,
  namespace: 'client',
  scope: 'service',
  isUnpublished: true,
  parameters: [],
  ...parts,
});
