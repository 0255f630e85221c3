import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCassette, type Cassette } from '../../../src/backends/cassette/format.js';
import { createRecorder, type RecordOptions } from '../../../src/backends/cassette/record.js';
import { createReplay } from '../../../src/backends/cassette/replay.js';
import { createSimulator } from '../../../src/backends/simulator/simulator.js';
import type { Backend, Input, Result } from '../../../src/core/operation.js';
import type { JsonObject } from '../../../src/core/body.js';
import { createRedact } from '../../../src/core/redact.js';
import { binding, caller } from '../live/harness.js';

export const PLANTED = 'planted-cassette-secret-5c0e';

export function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'cassette-')), 'one.json');
}

const quiet = () => undefined;
export const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export type Ask = (operation: string, input?: Input) => Promise<Result>;

export function asking(backend: Backend): Ask {
  return async (operation, input = {}) => backend.answer(binding.bind(operation, input, caller).call);
}

/** A simulator with seeded SIDs and a clock that stands still, in Twilio's place. */
export function createStandIn() {
  const { operations, bind } = binding;
  const clock = { mode: 'manual', start: Date.parse('2026-01-01T00:00:00Z') } as const;
  return createSimulator({
    operations,
    bind,
    clock,
    defaultAccount: `AC${'0'.repeat(32)}`,
    rngSeed: 'r',
  });
}

/** Records what a story makes of a stand-in, and gives the cassette with its file. */
export async function record(
  story: (ask: Ask) => Promise<void>,
  options: Partial<RecordOptions> = {},
): Promise<{ file: string; cassette: Cassette; replay: Ask }> {
  const file = newFile();
  const recorder = createRecorder(await createStandIn(), {
    file,
    program: 'twilio-understudy 0.0.0',
    upstream: 'https://conversations.twilio.com',
    recorded: '2026-01-01T00:00:00.000Z',
    redact: createRedact([PLANTED]),
    log,
    ...options,
  });
  await story(asking(recorder));
  await recorder.flush();
  const cassette = readCassette(file);
  return { file, cassette, replay: asking(createReplay(cassette, file)) };
}

/** A value of an answer's body. */
export function of({ body }: Result, key: string): string {
  const value = (body?.value as JsonObject | undefined)?.[key];
  return typeof value === 'string' ? value : '';
}
