import type { Input } from '../../../../src/core/operation.js';
import type { JsonObject } from '../../../../src/core/body.js';
import { createTestSimulator, sidOf, textOf, type TestSimulator } from '../../../helpers/simulator.js';

/** A simulator with one service, and shortcuts to fill it. */
export interface TestWorld extends TestSimulator {
  readonly inService: { readonly ChatServiceSid: string };
  readonly user: (identity: string, fields?: Input) => Promise<JsonObject>;
  readonly conversation: (fields?: Input) => Promise<TestConversation>;
  /** Returns the SID of the role with this friendly name. */
  readonly role: (name: string) => Promise<string>;
}

interface TestConversation {
  readonly sid: string;
  readonly body: JsonObject;
  /** Path parameters of the resources in the conversation. */
  readonly inside: { readonly ChatServiceSid: string; readonly ConversationSid: string };
  /** Path parameters of the conversation. */
  readonly at: { readonly ChatServiceSid: string; readonly Sid: string };
  readonly chat: (identity: string, fields?: Input) => Promise<JsonObject>;
  readonly sms: (address: string, proxy?: string, fields?: Input) => Promise<JsonObject>;
  readonly message: (fields?: Input) => Promise<JsonObject>;
  readonly close: () => Promise<void>;
}

export const PROXY = '+15558880001';
export const MARY = '+15557770101';

/** Form fields of a participant with addresses. */
export const messagingBinding = (Address?: string, ProxyAddress?: string, ProjectedAddress?: string): Input => ({
  MessagingBinding: { Address, ProxyAddress, ProjectedAddress },
});

export async function createWorld(
  options: Parameters<typeof createTestSimulator>[0] = {},
  service: Input = { FriendlyName: 'Support' },
): Promise<TestWorld> {
  const simulator = await createTestSimulator(options);
  const { callOk, call } = simulator;
  const inService = { ChatServiceSid: sidOf(await callOk('createservice', { body: service })) };

  return {
    ...simulator,
    inService,
    user: (Identity, fields) => callOk('createserviceuser', { ...inService, body: { Identity, ...fields } }),

    async role(name) {
      const { roles } = await callOk('listservicerole', inService);
      const found = (roles as readonly JsonObject[]).find((role) => role['friendly_name'] === name);
      return textOf(found?.['sid']);
    },

    async conversation(fields = {}) {
      const body = await callOk('createserviceconversation', { ...inService, body: fields });
      const sid = sidOf(body);
      const inside = { ...inService, ConversationSid: sid };
      const at = { ...inService, Sid: sid };
      const participant = (given: Input) => callOk('createserviceconversationparticipant', { ...inside, body: given });
      return {
        sid,
        body,
        inside,
        at,
        chat: (Identity, given) => participant({ Identity, ...given }),
        sms: (Address, ProxyAddress = PROXY, given = {}) =>
          participant({ MessagingBinding: { Address, ProxyAddress }, ...given }),
        message: (given = { Body: 'hello' }) => callOk('createserviceconversationmessage', { ...inside, body: given }),
        async close() {
          await call('updateserviceconversation', { ...at, body: { State: 'closed' } });
        },
      };
    },
  };
}

/** Runs a step several times in sequence. */
export async function times<T>(count: number, step: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i += 1) results.push(await step(i));
  return results;
}
