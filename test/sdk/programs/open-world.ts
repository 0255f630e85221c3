import type { Twilio } from 'twilio';
import { expect, onTestFinished } from 'vitest';
import { startUnderstudy, twilioClientFor, type SimWorld, type StartOptions } from '../../../src/index.js';

/** A world, and the official client with nothing but its base address changed. */
export interface Opened {
  readonly world: SimWorld;
  readonly client: Twilio;
}

/** Starts a simulator with a manual clock. When the test ends, no response may violate its published schema. */
export async function openWorld(settings: StartOptions = {}): Promise<Opened> {
  const sim = await startUnderstudy({ clock: '2026-01-01T00:00:00Z', logLevel: 'silent', ...settings });
  const world = sim.world();
  onTestFinished(async () => {
    const violations = (await world.journal({ limit: 1000 })).flatMap((exchange) => exchange.violations);
    await sim.close();
    expect(violations).toEqual([]);
  });
  return { world, client: twilioClientFor(world) };
}

/** The SDK's error for a refusal. */
export interface Refused {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

export const isRefused = (error: unknown, code: number): error is Refused => (error as Partial<Refused>).code === code;
