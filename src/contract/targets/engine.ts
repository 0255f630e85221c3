import { type Caller, type Engine, type Input, type Operation } from '../../core/operation.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Answer, Target } from '../model/target.js';

/** An engine in this process: no surface between. */
export function engineTarget(engine: Pick<Engine, 'call'>, caller: Caller): Target {
  return {
    async call(operation: Operation, input: Input, signal: AbortSignal): Promise<Answer> {
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
