import { onTestFinished } from 'vitest';
import { createLive, type LiveOptions } from '../../../src/backends/live/live.js';
import { loadCapability } from '../../../src/capability/load.js';
import { loadShapes } from '../../../src/capability/shapes.js';
import { createBinding } from '../../../src/engine/binding.js';
import type { Log } from '../../../src/core/log.js';
import type { Caller, Input, Result } from '../../../src/core/operation.js';
import { UnderstudyError } from '../../../src/core/errors.js';

export const binding = createBinding(loadCapability().operations, loadShapes());
export const PLANTED = 'planted-upstream-password-7d1f';
export const caller: Caller = { surface: 'engine', origin: 'http://here.example' };

/** Deadlines that a test can wait for. */
const quick = { connectTimeout: 2000, answerTimeout: 400, timeout: 5000, retryPause: 1 };

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

/** A live backend before an upstream of the test, closed when the test ends. */
export function createTestLive(origin: string, { limits, ...options }: Partial<LiveOptions> = {}) {
  const log: LogLine[] = [];
  const write = (level: keyof Log) => (fields: object, message: string) => void log.push({ level, fields, message });
  const live = createLive({
    origin,
    passCredentials: false,
    credentials: { user: `AC${'1'.repeat(32)}`, password: PLANTED },
    userAgent: 'understudy/test',
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    random: () => 0,
    ...options,
    limits: { ...quick, ...limits },
  });
  onTestFinished(() => live.close());
  const ask = async (operation: string, input: Input, who: Partial<Caller> = {}): Promise<Result> =>
    live.answer(binding.bind(operation, input, { ...caller, ...who }).call);
  return { live, log, ask };
}

/** The error that a call ends in. */
export async function failureOf(call: Promise<unknown>): Promise<UnderstudyError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof UnderstudyError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

export const SERVICE = `IS${'a'.repeat(32)}`;
