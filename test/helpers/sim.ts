import { onTestFinished } from 'vitest';
import { startUnderstudy, type Sim, type StartOptions, type SimWorld } from '../../src/index.js';
import type { Json, JsonObject } from '../../src/core/body.js';

export const MOMENT = '2026-01-01T00:00:00Z';

/** A listening simulator with a stopped clock and seeded SIDs; closed when the test ends. */
export async function startSim(options: StartOptions = {}): Promise<Sim> {
  const sim = await startUnderstudy({ clock: MOMENT, rngSeed: 'test', logLevel: 'silent', ...options });
  onTestFinished(() => sim.close());
  return sim;
}

/** Makes a call that must succeed, and returns the body. */
export async function ask(world: SimWorld, operation: string, input: object = {}): Promise<JsonObject> {
  const { status, body } = await world.call(operation, input as Record<string, unknown>);
  if (status >= 300) throw new Error(`${operation} failed with ${status} ${JSON.stringify(body)}`);
  return (body ?? {}) as JsonObject;
}

export const sidOf = (record: JsonObject): string => textOf(record['sid']);

export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected a string, got ${JSON.stringify(value)}`);
  return value;
}

/** The input that makes a write fire webhooks. */
export const HEARD = { 'X-Twilio-Webhook-Enabled': 'true' } as const;

/** Creates a service with a conversation. `inside` is the input that names both. */
export async function desk(world: SimWorld) {
  const service = sidOf(await ask(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  const conversation = sidOf(await ask(world, 'createserviceconversation', { ChatServiceSid: service, body: {} }));
  return { service, conversation, inside: { ChatServiceSid: service, ConversationSid: conversation } };
}
