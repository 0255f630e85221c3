import { onTestFinished } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import type { Settings } from '../../src/app/settings.js';
import { createUnderstudy } from '../../src/app/create-understudy.js';
import type { Overrides, Understudy } from '../../src/app/understudy.js';
import { createEcho } from './echo.js';

// Loaded once per test file, because parsing is slow.
const capability = loadCapability();

/** A stopped clock and seeded SIDs: the same calls give the same bytes. */
export const testSettings: Partial<Settings> = { clock: '2026-01-01T00:00:00Z', rngSeed: 'test', logLevel: 'info' };

export interface TestUnderstudy extends Understudy {
  /** The log lines so far. */
  readonly log: { readonly level: string; readonly msg: string; readonly [key: string]: unknown }[];
}

/** An understudy with a stopped clock, seeded SIDs and no socket; closed when the test ends. */
export async function createTestUnderstudy(
  settings: Partial<Settings> = {},
  overrides: Overrides = {},
): Promise<TestUnderstudy> {
  const log: TestUnderstudy['log'] = [];
  const understudy = await createUnderstudy(
    { ...testSettings, ...settings },
    { capability, writeLog: (line) => void log.push(JSON.parse(line) as TestUnderstudy['log'][number]), ...overrides },
  );
  onTestFinished(understudy.close);
  return { ...understudy, log };
}

/** The same with a backend that returns the call that it received. */
export async function createEchoUnderstudy(settings: Partial<Settings> = {}) {
  const echo = createEcho();
  const understudy = await createTestUnderstudy(
    { checkAnswers: false, ...settings },
    { createBackend: () => Promise.resolve(echo) },
  );
  return { ...understudy, echo };
}

export const ACCOUNT = `AC${'a'.repeat(32)}`;
export const SERVICE = `IS${'0'.repeat(32)}`;

export function basic(user: string = ACCOUNT, password = 'secret'): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
