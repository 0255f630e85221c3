import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { createBinding } from '../../src/engine/binding.js';
import { createEngine, type EngineOptions } from '../../src/engine/engine.js';
import { createJournal, type Journal } from '../../src/engine/journal.js';
import type { JournalEntry } from '../../src/engine/stored-exchange.js';
import { UnderstudyError } from '../../src/core/errors.js';
import { Upload } from '../../src/core/file-body.js';
import { mediaOperations } from '../../src/core/media.js';
import type { Conformance } from '../../src/engine/conformance.js';
import type { Backend, Caller, Violation } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { createRedact } from '../../src/core/redact.js';
import { createEcho } from '../helpers/echo.js';

const caller: Caller = { surface: 'engine', origin: 'http://127.0.0.1:8080' };
const binding = createBinding(loadCapability().operations, loadShapes());
const ChatServiceSid = `IS${'0'.repeat(32)}`;

function start(options: Partial<EngineOptions> = {}) {
  const lines: { level: string; message: string; fields: object }[] = [];
  const write = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields });
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const journal = createJournal(createRedact([]));
  const clock = { now: () => Date.parse('2026-01-01T00:00:00Z') };
  return { engine: createEngine({ binding, backend: createEcho(), journal, log, clock, ...options }), journal, lines };
}

const role = { ChatServiceSid, body: { FriendlyName: 'x', Type: 'service', Permission: ['a', 'b'] } };

test('a call is bound, answered and added to the journal', async () => {
  const { engine, journal } = start();
  const { result, ignored } = await engine.call('createservicerole', role, { ...caller, account: 'AC1' });
  expect(result).toMatchObject({ status: 201, body: { value: { form: { Permission: ['a', 'b'] }, account: 'AC1' } } });
  expect(ignored).toEqual([]);
  expect(journal.entries()).toMatchObject([
    {
      id: 1,
      time: '2026-01-01T00:00:00.000Z',
      surface: 'engine',
      account: 'AC1',
      operation: 'createservicerole',
      input: role,
      status: 201,
      milliseconds: expect.any(Number) as number,
    },
  ]);
});

test('the journal does not keep the file of an upload, and its answer is not checked', async () => {
  const added: JournalEntry[] = [];
  const { journal } = start();
  const violations: Violation[] = [];
  const watched: Journal = {
    ...journal,
    add: (entry) => added.push(entry),
    addViolations: (_, found) => void violations.push(...found),
  };
  const { engine } = start({
    binding: createBinding(mediaOperations, loadShapes()),
    journal: watched,
    check: () => [{ path: '', message: 'no schema' }],
  });
  const upload = new Upload(
    () => Readable.from(['a picture']),
    () => ({}),
  );
  await engine.call('uploadmedia', { ChatServiceSid, Filename: 'dot.png', body: upload }, caller);
  await engine.settled();
  expect(added.map(({ call, status }) => [call.upload, call.query.get('Filename'), status])).toEqual([
    [undefined, ['dot.png'], 201],
  ]);
  expect(violations).toEqual([]);
});

test('an unknown operation is rejected with the closest name', async () => {
  await expect(async () => start().engine.call('createservicerol', {}, caller)).rejects.toMatchObject({
    name: 'UNDERSTUDY_UNKNOWN_OPERATION',
    message: 'There is no operation `createservicerol`. Did you mean `createservicerole`?',
  });
});

test.each(['__proto__', 'constructor', 'toString'])('%s is not an operation', async (name) => {
  await expect(async () => start().engine.call(name, {}, caller)).rejects.toMatchObject({ status: 404 });
});

describe('fields that the operation does not declare', () => {
  const input = { ...role, body: { ...role.body, FriendlyNam: 'x' } };

  test('are ignored, reported to the caller and logged', async () => {
    const { engine, journal, lines } = start();
    expect((await engine.call('createservicerole', input, caller)).ignored).toEqual(['FriendlyNam']);
    expect(lines).toMatchObject([{ level: 'warn', message: expect.stringContaining('FriendlyNam') }]);
    expect(journal.entries()).toMatchObject([{ ignored: ['FriendlyNam'] }]);
  });

  test('are rejected by a strict engine, with the closest name', async () => {
    const { engine, journal } = start({ strict: true });
    await expect(async () => engine.call('createservicerole', input, caller)).rejects.toMatchObject({
      name: 'UNDERSTUDY_UNKNOWN_FIELD',
      status: 400,
      message: '`createservicerole` has no field or parameter `FriendlyNam`. Did you mean `FriendlyName`?',
    });
    await expect(async () =>
      engine.call('listservicerole', { ChatServiceSid, PageSiz: 1 }, caller),
    ).rejects.toMatchObject({
      message: '`listservicerole` has no field or parameter `PageSiz`. Did you mean `PageSize`?',
    });
    expect(journal.entries()).toEqual([]);
  });
});

describe('checks of answers', () => {
  const violation = { path: '/sid', message: 'is missing' };

  test('run after the answer is sent, and their results go to the journal and the log', async () => {
    const seen: string[] = [];
    const check: Conformance = ({ name }) => {
      seen.push(name);
      return [violation];
    };
    const { engine, journal, lines } = start({ check });
    const { result } = await engine.call('createservicerole', role, caller);
    expect(seen).toEqual([]);
    expect(result.status).toBe(201);
    await engine.settled();
    expect(seen).toEqual(['createservicerole']);
    expect(journal.entries()).toMatchObject([{ violations: [violation] }]);
    expect(lines).toMatchObject([{ level: 'warn', fields: { violations: [violation] } }]);
  });

  test('run in the order of the answers', async () => {
    const seen: string[] = [];
    const { engine } = start({ check: ({ name }) => (seen.push(name), []) });
    const names = ['fetchservice', 'deleteservice', 'fetchservice'];
    for (const name of names) await engine.call(name, { Sid: ChatServiceSid }, caller);
    await engine.settled();
    expect(seen).toEqual(names);
  });

  test.each([
    [[], ['fetchservice', 'fetchrole']],
    [[violation], ['fetchservice', 'fetchservice', 'fetchrole']],
  ])('are made once for a body that an operation sends again and that conforms: %j', async (violations, expected) => {
    const seen: string[] = [];
    const result = { status: 200, headers: {}, body: bodyOf({ sid: ChatServiceSid }) };
    const check: Conformance = ({ name }) => (seen.push(name), violations);
    const { engine, journal } = start({ check, backend: { answer: () => result } });
    for (const name of ['fetchservice', 'fetchservice', 'fetchrole']) {
      await engine.call(name, { Sid: ChatServiceSid }, caller);
      await engine.settled();
    }
    expect(seen).toEqual(expected);
    expect(journal.entries().map((exchange) => exchange.violations)).toEqual(Array(3).fill(violations));
  });

  test('that throw are logged and do not affect the caller', async () => {
    const { engine, lines } = start({ check: () => JSON.parse('a bad schema') as never });
    await engine.call('createservicerole', role, caller);
    await engine.settled();
    expect(lines).toMatchObject([{ level: 'error' }]);
  });
});

function failing(error: Error): Backend {
  return {
    answer: () => {
      throw error;
    },
  };
}

describe('a failing backend', () => {
  test('that throws an UnderstudyError: the journal has its status, and the caller gets the error', async () => {
    const error = new UnderstudyError('UNDERSTUDY_NOT_SAVED', 'the disk is full');
    const { engine, journal } = start({ backend: failing(error) });
    await expect(async () => engine.call('createservicerole', role, caller)).rejects.toBe(error);
    expect(journal.entries()).toMatchObject([{ status: 503, answer: { code: 990108, message: 'the disk is full' } }]);
  });

  test('that throws another error: the log has the details, the caller does not', async () => {
    const error = new Error('private detail');
    const { engine, lines } = start({ backend: failing(error) });
    await expect(async () => engine.call('createservicerole', role, caller)).rejects.toMatchObject({
      name: 'UNDERSTUDY_INTERNAL',
      message: expect.not.stringContaining('private'),
    });
    expect(lines).toMatchObject([{ level: 'error', fields: { err: error } }]);
  });
});

test('a refusal by the backend is an ordinary result', async () => {
  const backend: Backend = { answer: () => ({ status: 404, headers: {}, body: bodyOf({ code: 20404 }) }) };
  const { engine } = start({ backend });
  expect((await engine.call('createservicerole', role, caller)).result.status).toBe(404);
});

describe('two products with the same operation name', () => {
  const { operations } = loadCapability();
  const other = operations.map((operation) => ({
    ...operation,
    id: `other.${operation.name}`,
    namespace: 'other',
    baseUri: 'https://other.example.com',
  }));
  const shared = createBinding([...operations, ...other], loadShapes());
  const input = { ChatServiceSid, Sid: 'RL1' };

  test('are called by the qualified name, which the journal shows', async () => {
    const { engine, journal } = start({ binding: shared });
    const id = 'other.fetchservicerole';
    const { result } = await engine.call(id, input, caller);
    expect(result).toMatchObject({ status: 200, body: { value: { operation: 'fetchservicerole' } } });
    expect(journal.entries()).toMatchObject([{ operation: id }]);
  });

  test('reject the plain name with an error that lists the qualified names', async () => {
    const { engine } = start({ binding: shared });
    await expect(async () => engine.call('fetchservicerole', input, caller)).rejects.toMatchObject({
      name: 'UNDERSTUDY_AMBIGUOUS_OPERATION',
      message:
        '2 operations are named `fetchservicerole`. ' +
        'Call `conversations-services.fetchservicerole` or `other.fetchservicerole`.',
    });
  });

  test('have no shared form: the fields of one are unknown to the other', async () => {
    const { engine } = start({ binding: shared });
    const creation = { ChatServiceSid, body: { FriendlyName: 'x' } };
    expect((await engine.call('conversations-services.createservicerole', creation, caller)).ignored).toEqual([]);
    expect((await engine.call('other.createservicerole', creation, caller)).ignored).toEqual(['FriendlyName']);
  });
});
