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

export const SECRET = 'planted-cassette-secret-5c0e';

export function newFile(): string {
  return join(mkdtempSync(join(tmpdir(), 'cassette-')), 'one.json');
}

const noop = () => undefined;
export const log = { debug: noop, info: noop, warn: noop, error: noop };

export type CallOperation = (operation: string, input?: Input) => Promise<Result>;

export function callsTo(backend: Backend): CallOperation {
  return async (operation, input = {}) => backend.answer(binding.bind(operation, input, caller).call);
}

/** A simulator that stands in for Twilio, with reproducible SIDs and a manual clock. */
export function createStandIn() {
  const { operations, bind, unknownField } = binding;
  const clock = { mode: 'manual', start: Date.parse('2026-01-01T00:00:00Z') } as const;
  return createSimulator({
    operations,
    bind,
    unknownField,
    clock,
    defaultAccount: `AC${'0'.repeat(32)}`,
    rngSeed: 'r',
  });
}

/** Records a story's calls to a stand-in, and returns the file, the cassette and its replay. */
export async function record(
  story: (call: CallOperation) => Promise<void>,
  options: Partial<RecordOptions> = {},
): Promise<{ file: string; cassette: Cassette; replay: CallOperation }> {
  const file = newFile();
  const recorder = createRecorder(await createStandIn(), {
    file,
    program: 'twilio-understudy 0.0.0',
    upstream: 'https://conversations.twilio.com',
    recorded: '2026-01-01T00:00:00.000Z',
    nameOf: binding.nameOf,
    redact: createRedact([SECRET]),
    log,
    ...options,
  });
  await story(callsTo(recorder));
  await recorder.flush();
  const cassette = readCassette(file);
  return { file, cassette, replay: callsTo(createReplay(cassette, file, binding.nameOf)) };
}

/** A string in a result's body. */
export function stringIn({ body }: Result, key: string): string {
  const value = (body?.value as JsonObject | undefined)?.[key];
  return typeof value === 'string' ? value : '';
}
