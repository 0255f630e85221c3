import { expect } from 'vitest';
import { WorldClock } from '../../src/backends/simulator/kernel/clock.js';
import { parseDatetime } from '../../src/util/datetime.js';
import { createSimulator, type Simulator } from '../../src/backends/simulator/simulator.js';
import type { SimulatorOptions } from '../../src/backends/simulator/simulator-options.js';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { createBinding } from '../../src/engine/binding.js';
import { createConformance } from '../../src/engine/conformance.js';
import type { Input } from '../../src/core/operation.js';
import type { Json, JsonObject } from '../../src/core/body.js';

export const ORIGIN = 'http://twilio.test';
export const ACCOUNT = 'AC00000000000000000000000000000001';
export const START = '2026-01-01T00:00:00Z';

const { operations } = loadCapability();
const shapes = loadShapes();
const binding = createBinding(operations, shapes);
const check = createConformance(shapes);

/** A clock that moves only on request. */
export class MovableClock extends WorldClock {
  constructor(iso: string) {
    super({ mode: 'manual', start: timestampOf(iso) });
  }

  advance(milliseconds: number): void {
    this.set(this.now() + milliseconds);
  }

  override set(time: number | string): void {
    super.set(typeof time === 'string' ? timestampOf(time) : time);
  }
}

export function movableClock(iso: string = START): MovableClock {
  return new MovableClock(iso);
}

interface TestResponse {
  readonly status: number;
  /** `null` on 204. */
  readonly body: JsonObject | null;
  /** The body as sent. */
  readonly text: string;
}

interface CallOptions {
  readonly account?: string;
  /** Allows parameters and fields that the operation does not know. By default they fail the test, to catch typos. */
  readonly allowUnknown?: boolean;
}

export interface TestSimulator {
  readonly clock: MovableClock;
  /** Calls an operation. The response must conform to its published schema: no key missing, none extra. */
  readonly call: (operation: string, input?: Input, options?: CallOptions) => Promise<TestResponse>;
  /** Makes a call that must succeed, and returns the body. */
  readonly callOk: (operation: string, input?: Input, options?: CallOptions) => Promise<JsonObject>;
  /** Makes a call that must be refused, and returns HTTP status and code. */
  readonly refusal: (
    operation: string,
    input?: Input,
    options?: CallOptions,
  ) => Promise<readonly [status: number, code: Json | undefined]>;
  /** Fetches a URL from a response. */
  readonly follow: (url: Json | undefined) => Promise<JsonObject>;
  readonly close: () => Promise<void>;
}

/** A simulator without sockets: seeded SIDs, its own clock, every response checked. */
export async function createTestSimulator(
  settings: Partial<SimulatorOptions> & { readonly clock?: MovableClock } = {},
): Promise<TestSimulator> {
  const clock = settings.clock ?? movableClock();
  const simulator = await newSimulator({ ...settings, clock });

  async function call(
    operation: string,
    input: Input = {},
    { account, allowUnknown }: CallOptions = {},
  ): Promise<TestResponse> {
    const { call: bound, ignored } = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN, account });
    if (allowUnknown !== true) expect(ignored, `fields that ${operation} does not know`).toEqual([]);
    const result = await simulator.answer(bound);
    expect(check(bound.operation, result), `violations of the published schema by ${operation}`).toEqual([]);
    const { status, body } = result;
    return { status, body: (body?.value ?? null) as JsonObject | null, text: body?.text ?? '' };
  }

  async function callOk(operation: string, input?: Input, options?: CallOptions): Promise<JsonObject> {
    const { status, body, text } = await call(operation, input, options);
    if (body === null || status >= 300) throw new Error(`${operation} failed with ${status} ${text}`);
    return body;
  }

  return {
    clock,
    call,
    callOk,
    async refusal(operation, input, options) {
      const { status, body, text } = await call(operation, input, options);
      if (status < 400) throw new Error(`${operation} was not refused: ${status} ${text}`);
      return [status, body?.['code']];
    },
    follow(url) {
      const [operation, input] = requestOf(url);
      return callOk(operation, input);
    },
    close: () => simulator.close(),
  };
}

/** The simulator itself, for tests of failures at start. */
export function newSimulator(options: Partial<SimulatorOptions>): Promise<Simulator> {
  return createSimulator({
    operations,
    bind: binding.bind,
    unknownField: binding.unknownField,
    clock: movableClock(),
    defaultAccount: ACCOUNT,
    rngSeed: 'test',
    ...options,
  });
}

export { binding };

const gets = operations
  .filter(({ method }) => method === 'GET')
  .map(({ name, path }) => ({
    name,
    names: [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter = '']) => parameter),
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`),
  }));

/** The operation and input of a GET of a URL. */
function requestOf(url: Json | undefined): [operation: string, input: Input] {
  const { origin, pathname, searchParams } = new URL(textOf(url));
  expect(origin).toBe(ORIGIN);
  for (const { name, names, pattern } of gets) {
    const values = pattern.exec(pathname)?.slice(1);
    if (values === undefined) continue;
    const path = Object.fromEntries(names.map((parameter, i) => [parameter, decodeURIComponent(values[i] ?? '')]));
    const query = Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]));
    return [name, { ...path, ...query }];
  }
  throw new Error(`no operation has the path ${pathname}`);
}

/** Asserts that a value is a string. */
export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected a string, got ${JSON.stringify(value)}`);
  return value;
}

export const sidOf = (body: JsonObject): string => textOf(body['sid']);

export const metaOf = (list: JsonObject): JsonObject => list['meta'] as JsonObject;

/** The records of a list, under the key that `meta` names, as clients read them. */
export const itemsOf = (list: JsonObject): readonly JsonObject[] =>
  list[textOf(metaOf(list)['key'])] as readonly JsonObject[];

export const sidsOf = (list: JsonObject, key = 'sid'): string[] => itemsOf(list).map((item) => textOf(item[key]));

/** The SIDs of a complete list, page by page. */
export async function listPages(
  simulator: TestSimulator,
  operation: string,
  input: Input,
  direction: 'next' | 'previous' = 'next',
): Promise<string[][]> {
  const pages: string[][] = [];
  let page = await simulator.callOk(operation, input);
  for (;;) {
    pages.push(sidsOf(page));
    const url = metaOf(page)[`${direction}_page_url`];
    if (url === null) return pages;
    page = await simulator.follow(url);
  }
}

function timestampOf(iso: string): number {
  const timestamp = parseDatetime(iso);
  if (timestamp === undefined) throw new Error(`${iso} is not an ISO 8601 date`);
  return timestamp;
}
