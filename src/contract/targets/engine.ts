import { UnderstudyError } from '../../core/errors.js';
import type { Caller, Engine } from '../../core/operation.js';
import type { Target } from '../model/target.js';

/** Calls an engine in this process directly, without a surface. */
export function engineTarget(engine: Pick<Engine, 'call'>, caller: Caller): Target {
  return {
    async call(operation, input, signal) {
      signal.throwIfAborted();
      try {
        const { result } = await engine.call(operation.name, input, caller);
        return { status: result.status, body: result.body?.value ?? null };
      } catch (error) {
        if (!(error instanceof UnderstudyError)) throw error;
        return { status: error.status, body: { ...error.body } };
      }
    },
  };
}
