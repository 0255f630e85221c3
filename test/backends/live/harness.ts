import { onTestFinished } from 'vitest';
import { createLive, type LiveOptions } from '../../../src/backends/live/live.js';
import { loadCapability } from '../../../src/capability/load.js';
import { loadShapes } from '../../../src/capability/shapes.js';
import { createBinding } from '../../../src/engine/binding.js';
import type { Log } from '../../../src/core/log.js';
import type { Caller, Input, Result } from '../../../src/core/operation.js';
import { UnderstudyError } from '../../../src/core/errors.js';

export const capability = loadCapability();
export const binding = createBinding(capability.operations, loadShapes());
export const SECRET = 'planted-upstream-password-7d1f';
export const caller: Caller = { surface: 'engine', origin: 'http://here.example' };

/** Timeouts that no test waits for, however slow the machine is. A test of a timeout sets its own. */
const testLimits = { connectTimeout: 20_000, answerTimeout: 20_000, timeout: 40_000, retryPause: 1 };

interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

/** A live backend that calls the test's own upstream. Closed when the test ends. */
export function createTestLive(origin: string, { limits, ...options }: Partial<LiveOptions> = {}) {
  const log: LogLine[] = [];
  const write = (level: keyof Log) => (fields: object, message: string) => void log.push({ level, fields, message });
  const live = createLive({
    origin,
    passCredentials: false,
    credentials: { user: `AC${'1'.repeat(32)}`, password: SECRET },
    userAgent: 'understudy/test',
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    random: () => 0,
    ...options,
    limits: { ...testLimits, ...limits },
  });
  onTestFinished(() => live.close());
  const call = async (operation: string, input: Input, overrides: Partial<Caller> = {}): Promise<Result> =>
    live.answer(binding.bind(operation, input, { ...caller, ...overrides }).call);
  return { live, log, call };
}

/** The UnderstudyError that a call rejects with. */
export async function failureOf(call: Promise<unknown>): Promise<UnderstudyError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof UnderstudyError) return error;
    throw error;
  }
  throw new Error('The call did not fail.');
}

export const SERVICE = `IS${'a'.repeat(32)}`;
