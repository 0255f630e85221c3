/** Mutations of refusals: requests that are refused or accepted by mistake, and refusals with a wrong status or code. */
import type { Operation, Parameter } from '../../core/operation.js';
import { isObject } from '../model/paths.js';
import type { Answer } from '../model/target.js';
import { answerMutation, mutatedTarget, type Mutation } from './mutation.js';

const SID = /^[A-Z]{2}[0-9a-f]{32}$/;
const NOT_FOUND: Answer = { status: 404, body: { code: 20404, message: 'not found', more_info: '', status: 404 } };
const FORBIDDEN: Answer = { status: 403, body: { code: 20403, message: 'forbidden', more_info: '', status: 403 } };

/** Twilio's code in a response that is an error. */
export function errorCodeOf({ status, body }: Answer): number | undefined {
  const code = isObject(body) ? body['code'] : undefined;
  return status >= 400 && typeof code === 'number' ? code : undefined;
}

/** Mutations of each refusal that the scenarios provoke, by its code. */
export function refusalMutations(operation: string, codes: Iterable<number>): Mutation[] {
  return [...codes].flatMap((code) => {
    const mutation = (kind: string, change: (answer: Answer) => Answer) =>
      answerMutation({ kind, operation, path: `code ${code}` }, (answer) =>
        errorCodeOf(answer) === code ? change(answer) : undefined,
      );
    return [
      mutation('replace an error by a success', (answer) => ({ ...answer, status: 200, body: {} })),
      mutation('change an error status', (answer) => ({ ...answer, status: answer.status === 400 ? 404 : 400 })),
      mutation('change the code of an error', (answer) => ({
        ...answer,
        body: { ...(isObject(answer.body) ? answer.body : {}), code: code + 1 },
      })),
    ];
  });
}

/** Refuses a request once, without performing it. */
export function refuseOnce({ name }: Operation): Mutation {
  return {
    kind: 'refuse a request',
    operation: name,
    path: '',
    shows: 'there',
    mustApply: true,
    mutate: (baseline) =>
      mutatedTarget(({ markMutated, isMutated, current }) => async (operation, input, signal) => {
        const step = current();
        const isMeant =
          operation.name === name && step !== undefined && (step.expect?.status ?? 200) < 400 && !step.eventually;
        if (!isMeant || isMutated()) return baseline.call(operation, input, signal);
        markMutated();
        return FORBIDDEN;
      }),
  };
}

/** Refuses every request that names a record by another name than its SID. */
export function lookupMutations({ name, parameters }: Operation): Mutation[] {
  return parameters.filter(isNamed).map(({ name: parameter }) => ({
    kind: 'refuse a name in place of a SID',
    operation: name,
    path: parameter,
    shows: 'there',
    mutate: (baseline) =>
      mutatedTarget(({ markMutated, isMutated, current }) => async (operation, input, signal) => {
        const value = input[parameter];
        const isName = typeof value === 'string' && !SID.test(value);
        const answer = await baseline.call(operation, input, signal);
        if (operation.name !== name || !isName || isMutated() || answer.status >= 400 || current()?.eventually)
          return answer;
        markMutated();
        return NOT_FOUND;
      }),
  }));
}

function isNamed({ in: location, name }: Parameter): boolean {
  return location === 'path' && ['ConversationSid', 'UserSid', 'Sid'].includes(name);
}
