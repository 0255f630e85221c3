import type { JsonObject } from '../../src/core/body.js';
import type { Result } from '../../src/core/operation.js';
import type { Simulator } from '../../src/backends/simulator/simulator.js';
import { ACCOUNT, binding, ORIGIN, sidOf, sidsOf } from './simulator.js';

// Calls of a simulator by tests that have several of them, such as those of the stores.

export async function answerOf(
  simulator: Simulator,
  operation: string,
  input = {},
  account = ACCOUNT,
): Promise<Result> {
  const caller = { surface: 'engine', origin: ORIGIN, account } as const;
  return simulator.answer(binding.bind(operation, input, caller).call);
}

/** Makes a call that must succeed, and returns the body. */
export async function callOk(...args: Parameters<typeof answerOf>): Promise<JsonObject> {
  const { status, body } = await answerOf(...args);
  if (status >= 300) throw new Error(`${args[1]} failed with ${status} ${body?.text ?? ''}`);
  return (body?.value ?? {}) as JsonObject;
}

/** Returns the SID of the new service. */
export const createService = async (simulator: Simulator, name: string, account = ACCOUNT): Promise<string> =>
  sidOf(await callOk(simulator, 'createservice', { body: { FriendlyName: name } }, account));

/** Returns the SIDs of all services. */
export const services = async (simulator: Simulator, account = ACCOUNT): Promise<string[]> =>
  sidsOf(await callOk(simulator, 'listservice', { PageSize: 1000 }, account));

export const control = (simulator: Simulator, name: string, input = {}, account = ACCOUNT) =>
  simulator.controls.find((each) => each.name === name)?.run(account, input) as Promise<JsonObject>;
