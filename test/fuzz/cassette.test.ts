import { readFileSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCassette } from '../../src/backends/cassette/format.js';
import { createReplay } from '../../src/backends/cassette/replay.js';
import { UnderstudyError } from '../../src/core/errors.js';
import type { Backend, Input } from '../../src/core/operation.js';
import { newFile, record, stringIn } from '../backends/cassette/harness.js';
import { binding } from '../backends/live/harness.js';
import { basic, createTestUnderstudy } from '../helpers/understudy.js';
import { edited, editsWith, rounds } from './mutations.js';

type CallOperation = (operation: string, input?: Input) => Promise<{ readonly sid: string }>;

/** A short story: two writes, a refusal, a list and a deletion. */
async function story(call: CallOperation): Promise<void> {
  const { sid } = await call('createservice', { body: { FriendlyName: 'Tea' } });
  await call('createserviceconversation', { ChatServiceSid: sid, body: { UniqueName: 'tea-1' } });
  await call('fetchserviceuser', { ChatServiceSid: sid, Sid: 'nobody' });
  await call('listserviceconversation', { ChatServiceSid: sid });
  await call('deleteservice', { Sid: sid });
}

const values = [
  null,
  true,
  0,
  -1,
  99,
  100,
  204,
  304,
  600,
  1e300,
  '',
  'x',
  '__proto__',
  'a\r\nb',
  '\u0100',
  [],
  {},
  [[]],
];

/** The text of a cassette with one of its values, or one key, replaced. */
function replaceValue(text: string, at: number, value: unknown, asKey: boolean): string {
  const places: [object, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node, key]);
      visit((node as Record<string, unknown>)[key]);
    }
  };
  const document = JSON.parse(text) as object;
  visit(document);
  const [parent, key] = places[Math.floor(at * (places.length - 1))] ?? [document, 'steps'];
  const fields = parent as Record<string, unknown>;
  if (asKey && !Array.isArray(parent)) {
    const old = fields[key];
    delete fields[key];
    Object.defineProperty(fields, String(value), { value: old, enumerable: true, configurable: true, writable: true });
  } else fields[key] = value;
  return JSON.stringify(document);
}

test(
  'a damaged cassette is refused with the reason, or replays what HTTP can carry',
  { timeout: 3_600_000 },
  async () => {
    const original = await record((call) =>
      story(async (operation, input = {}) => ({ sid: stringIn(await call(operation, input), 'sid') })),
    );
    const text = readFileSync(original.file, 'utf8');
    const [{ answer: created } = { answer: { body: {} } }] = original.cassette.steps;
    const { sid } = created.body as { sid: string };
    const file = newFile();
    let backend: Backend = { answer: () => Promise.reject(new Error('no cassette')) };
    const { http, engine, log } = await createTestUnderstudy(
      { logLevel: 'error' },
      {
        createBackend: () =>
          Promise.resolve({ answer: (call) => backend.answer(call), close: () => Promise.resolve() }),
      },
    );
    const headers = { ...basic(), 'content-type': 'application/x-www-form-urlencoded' };
    const requests = [
      { method: 'POST', url: '/v1/Services', payload: 'FriendlyName=Tea' },
      { method: 'POST', url: `/v1/Services/${sid}/Conversations`, payload: 'UniqueName=tea-1' },
      { method: 'GET', url: `/v1/Services/${sid}/Users/nobody` },
      { method: 'GET', url: `/v1/Services/${sid}/Conversations` },
      { method: 'DELETE', url: `/v1/Services/${sid}` },
    ] as const;

    async function check(damaged: string): Promise<void> {
      writeFileSync(file, damaged, 'latin1');
      try {
        backend = createReplay(readCassette(file), file, binding.nameOf);
      } catch (error) {
        if (error instanceof UnderstudyError && error.name === 'UNDERSTUDY_BAD_CASSETTE') return;
        throw error;
      }
      for (const request of requests) {
        // oxlint-disable-next-line no-await-in-loop -- a cassette replays in order
        const { statusCode } = await http.inject({ ...request, headers });
        expect(statusCode).toBeGreaterThanOrEqual(200);
        expect(statusCode).not.toBe(500);
      }
      await engine.settled();
      expect(log).toEqual([]);
    }

    const latin1 = Buffer.from(text).toString('latin1');
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const damaged = fc.oneof(
      editsWith(['"', '{', '}', ',', ':', '\\', '\0', '\\u0000', '1e999', 'null']).map((edits) =>
        edited(latin1, edits),
      ),
      fc
        .tuple(place, fc.constantFrom(...values), fc.boolean())
        .map(([at, value, asKey]) => Buffer.from(replaceValue(text, at, value, asKey)).toString('latin1')),
    );
    await fc.assert(fc.asyncProperty(damaged, check), rounds(150));
  },
);
