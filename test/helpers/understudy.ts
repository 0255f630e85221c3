import { onTestFinished } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import type { Settings } from '../../src/app/settings.js';
import { createUnderstudy, type Parts, type Understudy } from '../../src/app/create-understudy.js';
import { createEcho } from './echo.js';

// Read once for all tests of a file: it is the slow part.
const capability = loadCapability();

/** Every test runs at this moment, and with SIDs that grow from one seed. */
export const MOMENT = '2026-01-01T00:00:00Z';

export interface TestUnderstudy extends Understudy {
  /** What was logged so far, line by line. */
  readonly log: { readonly level: string; readonly msg: string; readonly [key: string]: unknown }[];
}

/** An understudy with a fixed clock, seeded SIDs and no socket; closed when the test ends. */
export async function createTestUnderstudy(
  settings: Partial<Settings> = {},
  parts: Parts = {},
): Promise<TestUnderstudy> {
  const log: TestUnderstudy['log'] = [];
  const understudy = await createUnderstudy(
    { clock: MOMENT, rngSeed: 'test', logLevel: 'info', ...settings },
    { capability, writeLog: (line) => void log.push(JSON.parse(line) as TestUnderstudy['log'][number]), ...parts },
  );
  onTestFinished(understudy.close);
  return { ...understudy, log };
}

/** The same with a backend that answers with what it was asked. */
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
