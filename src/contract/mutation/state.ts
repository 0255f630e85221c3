/** Lies about state: answers that look right while nothing, or something else, has happened. */
import type { Input, Operation } from '../../core/operation.js';
import type { Step } from '../model/scenario.js';
import type { Answer, Target } from '../model/target.js';
import type { Plant, Planted } from './mutation.js';

/** The lies that a write can tell. `shows` is always `later`: the answer itself is the honest one. */
export function plantsOnState(operation: Operation, operations: readonly Operation[]): Plant[] {
  const same = (method: string, path: string) =>
    operations.find((each) => each.method === method && each.path === path);
  const fetch = same('GET', operation.path);
  const fetchOfNew = same('GET', `${operation.path}/{Sid}`);
  const deleteOfNew = same('DELETE', `${operation.path}/{Sid}`);
  const what = { operation: operation.name, path: '', shows: 'later' } as const;
  if (operation.method === 'DELETE' && fetch) {
    return [{ ...what, kind: 'resurrect a deleted record', plant: (honest) => resurrect(honest, operation) }];
  }
  if (operation.method !== 'POST') return [];
  if (fetch && !fetchOfNew) {
    return [
      { ...what, kind: 'lose an update', plant: (honest) => loseUpdate(honest, operation, fetch) },
      {
        ...what,
        kind: 'answer an update as it was before',
        shows: 'there',
        plant: (honest) => answerAsBefore(honest, operation, fetch),
      },
    ];
  }
  if (!deleteOfNew) return [];
  return [{ ...what, kind: 'lose a new record', plant: (honest) => loseNew(honest, operation, deleteOfNew) }];
}

type Call = (operation: Operation, input: Input, signal: AbortSignal) => Promise<Answer>;

/** The state that every liar has, around its own way to answer. */
function liar(answer: (call: { lie: () => void; lied: () => boolean }) => Call): Planted {
  let current: Step | undefined;
  let lied: Step | undefined;
  return {
    begin: (step) => void (current = step),
    liedAt: () => lied,
    call: answer({ lie: () => void (lied ??= current), lied: () => lied !== undefined }),
  };
}

function resurrect(honest: Target, operation: Operation): Planted {
  return liar(({ lie, lied }) => async (called, input, signal) => {
    if (called.name !== operation.name || lied()) return honest.call(called, input, signal);
    const probe = await honest.call(
      { ...called, method: 'GET', name: called.name.replace('delete', 'fetch') },
      input,
      signal,
    );
    if (probe.status !== 200) return honest.call(called, input, signal);
    lie();
    return { status: 204, body: null };
  });
}

/** Fetches show what was there before the update. */
function loseUpdate(honest: Target, operation: Operation, fetch: Operation): Planted {
  let before: { readonly sid: unknown; readonly answer: Answer } | undefined;
  return liar(({ lie, lied }) => async (called, input, signal) => {
    if (called.name === operation.name && !lied()) {
      const old = await honest.call(fetch, withoutBody(input), signal);
      const answer = await honest.call(called, input, signal);
      if (answer.status !== 200) return answer;
      before = { sid: identityOf(old), answer: old };
      lie();
      return answer;
    }
    const answer = await honest.call(called, input, signal);
    const stale = called.name === fetch.name && before !== undefined && identityOf(answer) === before.sid;
    return stale && before ? before.answer : answer;
  });
}

function answerAsBefore(honest: Target, operation: Operation, fetch: Operation): Planted {
  return liar(({ lie, lied }) => async (called, input, signal) => {
    if (called.name !== operation.name || lied()) return honest.call(called, input, signal);
    const old = await honest.call(fetch, withoutBody(input), signal);
    const answer = await honest.call(called, input, signal);
    if (answer.status !== 200) return answer;
    lie();
    return old;
  });
}

function loseNew(honest: Target, operation: Operation, remove: Operation): Planted {
  return liar(({ lie, lied }) => async (called, input, signal) => {
    const answer = await honest.call(called, input, signal);
    if (called.name !== operation.name || lied() || answer.status !== 201) return answer;
    const sid = (answer.body as { sid: string }).sid;
    await honest.call(remove, { ...withoutBody(input), Sid: sid }, signal);
    lie();
    return answer;
  });
}

function withoutBody(input: Input): Input {
  return { ...input, body: undefined };
}

function identityOf({ body }: Answer): unknown {
  return (body as { url?: string } | null)?.url;
}
