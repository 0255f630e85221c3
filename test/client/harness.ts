import { onTestFinished } from 'vitest';
import type { Client, Conversation, Message, Participant } from 'conversations-sdk-3';
import { makeAccessToken } from '../../src/core/access-token.js';
import type { JsonObject } from '../../src/core/body.js';
import type { Sim, SimWorld, StartOptions } from '../../src/index.js';
import { callOk, sidOf, startSim } from '../helpers/sim.js';

export type { Client, Conversation, Message, Participant };

export type Sdk = typeof import('conversations-sdk-3');

/** The SDKs replace Node's own `FormData` when they are loaded. Other tests run in the same process. */
async function keepingGlobals(load: () => Promise<unknown>): Promise<Sdk> {
  const { FormData } = globalThis;
  const loaded = await load();
  globalThis.FormData = FormData;
  return loaded as Sdk;
}

/** The versions of the SDK that this package supports, by the names under which they are installed. */
export const sdks: Readonly<Record<string, () => Promise<Sdk>>> = {
  '2.6.0': () => keepingGlobals(() => import('conversations-sdk-2.6')),
  '2.7.0': () => keepingGlobals(() => import('conversations-sdk-2.7')),
  '3.0.1': () => keepingGlobals(() => import('conversations-sdk-3')),
};

const KEY = `SK${'0'.repeat(32)}`;
const SECRET = 'the secret of an API key';

export interface Desk {
  readonly world: Sim;
  readonly service: string;
  readonly conversation: string;
  readonly inside: { readonly ChatServiceSid: string; readonly ConversationSid: string };
  /** Calls an operation of REST within the conversation, or within its service. */
  readonly rest: (operation: string, input?: object) => Promise<JsonObject>;
  readonly join: (identity: string) => Promise<string>;
  readonly token: (
    identity: string,
    parts?: { readonly ttl?: number; readonly now?: number; readonly key?: string; readonly account?: string },
  ) => string;
}

/** A world with one conversation. */
export async function openDesk(options: StartOptions = {}): Promise<Desk> {
  const world = await startSim({ clock: 'real', logLevel: 'error', ...options });
  const service = sidOf(await callOk(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  const made = await callOk(world, 'createserviceconversation', {
    ChatServiceSid: service,
    body: { FriendlyName: 'Support', UniqueName: 'support', Attributes: '{"color":"red"}' },
  });
  const conversation = sidOf(made);
  const inside = { ChatServiceSid: service, ConversationSid: conversation };
  const rest: Desk['rest'] = (operation, input = {}) => callOk(world, operation, { ...inside, ...input });
  return {
    world,
    service,
    conversation,
    inside,
    rest,
    join: async (identity) =>
      sidOf(await rest('createserviceconversationparticipant', { body: { Identity: identity } })),
    token: (identity, { ttl = 3600, now = Date.now(), key = KEY, account = world.accountSid } = {}) =>
      makeAccessToken({ account, key, identity, serviceSid: service, now, ttl, secret: SECRET }),
  };
}

export const uriOf = ({ url }: Pick<SimWorld, 'url'>): string => `${url.replace(/^http/, 'ws')}/v3/wsconnect`;

/** Creates a client that is led to the simulator by its one option. It is shut down when the test ends. */
export function createClient(
  { Client: SdkClient }: Sdk,
  { world }: { readonly world: Pick<SimWorld, 'url'> },
  token: string,
): Client {
  const client = new SdkClient(token, { Twilsock: { uri: uriOf(world) }, logLevel: 'silent' });
  onTestFinished(() => shutDown(client));
  return client;
}

/** An SDK that is stopped while it loads the conversations has a rejection that nobody handles, so this waits for them. */
export async function shutDown(client: Client): Promise<void> {
  if (client.connectionState === 'connected') await client.getSubscribedConversations().catch(() => undefined);
  await client.shutdown().catch(() => undefined);
}

/** Connects a user and waits until the client is ready. */
export async function connect(sdk: Sdk, desk: Desk, identity: string): Promise<Client> {
  const client = createClient(sdk, desk, desk.token(identity));
  await new Promise<void>((resolve, reject) => {
    client.on('stateChanged', (state) => {
      if (state === 'initialized') resolve();
      else if (state === 'failed') reject(new Error(`the client of ${identity} failed`));
    });
  });
  return client;
}

interface Emitter {
  on(event: never, listener: (...args: never[]) => void): unknown;
}

/** Resolves with the first event that matches. */
export function next<T = unknown>(
  emitter: Emitter,
  event: string,
  matches: (value: T) => boolean = () => true,
): Promise<T> {
  return new Promise((resolve) => {
    emitter.on(event as never, (value: never) => {
      if (matches(value)) resolve(value);
    });
  });
}

/** The conversation of the desk, as a client sees it. */
export async function openConversation(client: Client, { conversation }: Desk): Promise<Conversation> {
  const found = await client.getConversationBySid(conversation);
  // Waits until the client has opened its messages and participants, since it tells of no changes before.
  await found.getParticipants();
  return found;
}

/** Resolves with the error that a promise is rejected with. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<{ status?: number; code?: number; message: string; body?: { code?: number } }> {
  return promise.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as { status?: number; message: string },
  );
}
