import { onTestFinished } from 'vitest';
import { startUnderstudy, type Sim, type StartOptions, type SimWorld } from '../../src/index.js';
import type { Json, JsonObject } from '../../src/core/body.js';

export const START_TIME = '2026-01-01T00:00:00Z';

/** A listening simulator with a stopped clock and seeded SIDs; closed when the test ends. */
export async function startSim(options: StartOptions = {}): Promise<Sim> {
  const sim = await startUnderstudy({ clock: START_TIME, rngSeed: 'test', logLevel: 'silent', ...options });
  onTestFinished(() => sim.close());
  return sim;
}

/** Makes a call that must succeed, and returns the body. */
export async function callOk(world: SimWorld, operation: string, input: object = {}): Promise<JsonObject> {
  const { status, body } = await world.call(operation, input as Record<string, unknown>);
  if (status >= 300) throw new Error(`${operation} failed with ${status} ${JSON.stringify(body)}`);
  return (body ?? {}) as JsonObject;
}

export const sidOf = (record: JsonObject): string => textOf(record['sid']);

function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected a string, got ${JSON.stringify(value)}`);
  return value;
}

/** The input that makes a write fire webhooks. */
export const WITH_WEBHOOKS = { 'X-Twilio-Webhook-Enabled': 'true' } as const;

/** Creates a service with a conversation. `inside` is the input that names both. */
export async function createDesk(world: SimWorld) {
  const service = sidOf(await callOk(world, 'createservice', { body: { FriendlyName: 'Desk' } }));
  const conversation = sidOf(await callOk(world, 'createserviceconversation', { ChatServiceSid: service, body: {} }));
  return { service, conversation, inside: { ChatServiceSid: service, ConversationSid: conversation } };
}
