import { expect } from 'vitest';
import { WorldClock } from '../../src/backends/simulator/kernel/clock.js';
import { parseDatetime } from '../../src/util/datetime.js';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/backends/simulator/simulator.js';
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
const breaches = createConformance(shapes);

/** A clock that stands still until it is told to move. */
export class MovableClock extends WorldClock {
  constructor(iso: string) {
    super({ mode: 'manual', start: momentOf(iso) });
  }

  advance(milliseconds: number): void {
    this.set(this.now() + milliseconds);
  }

  override set(moment: number | string): void {
    super.set(typeof moment === 'string' ? momentOf(moment) : moment);
  }
}

export function movableClock(iso: string = START): MovableClock {
  return new MovableClock(iso);
}

export interface Answer {
  readonly status: number;
  /** `null` on 204. */
  readonly body: JsonObject | null;
  /** The body as it goes out. */
  readonly text: string;
}

export interface Asking {
  readonly account?: string;
  /** Lets names pass that the operation does not know; without it a typo in a test fails the test. */
  readonly loosely?: boolean;
}

export interface TestSimulator {
  readonly clock: MovableClock;
  /** Asks one operation. The answer is held against its published shape: no key missing, none extra. */
  readonly ask: (operation: string, input?: Input, asking?: Asking) => Promise<Answer>;
  /** Asks what must succeed, and gives the body. */
  readonly get: (operation: string, input?: Input, asking?: Asking) => Promise<JsonObject>;
  /** Asks what must be refused, and gives HTTP status and code. */
  readonly refusal: (
    operation: string,
    input?: Input,
    asking?: Asking,
  ) => Promise<readonly [status: number, code: Json | undefined]>;
  /** Gets what a URL of an answer names. */
  readonly follow: (url: Json | undefined) => Promise<JsonObject>;
  readonly close: () => Promise<void>;
}

/** A simulator without sockets: seeded SIDs, a clock of its own, every answer checked. */
export async function createTestSimulator(
  options: Partial<SimulatorOptions> & { readonly clock?: MovableClock } = {},
): Promise<TestSimulator> {
  const clock = options.clock ?? movableClock();
  const simulator = await newSimulator({ ...options, clock });

  async function ask(operation: string, input: Input = {}, { account, loosely }: Asking = {}): Promise<Answer> {
    const { call, ignored } = binding.bind(operation, input, { surface: 'engine', origin: ORIGIN, account });
    if (loosely !== true) expect(ignored, `${operation} does not know`).toEqual([]);
    const result = await simulator.answer(call);
    expect(breaches(operation, result), `what ${operation} answers, against its published shape`).toEqual([]);
    const { status, body } = result;
    return { status, body: (body?.value ?? null) as JsonObject | null, text: body?.text ?? '' };
  }

  async function get(operation: string, input?: Input, asking?: Asking): Promise<JsonObject> {
    const { status, body, text } = await ask(operation, input, asking);
    if (body === null || status >= 300) throw new Error(`${operation} answered ${status} ${text}`);
    return body;
  }

  return {
    clock,
    ask,
    get,
    async refusal(operation, input, asking) {
      const { status, body, text } = await ask(operation, input, asking);
      if (status < 400) throw new Error(`${operation} was not refused: ${status} ${text}`);
      return [status, body?.['code']];
    },
    follow(url) {
      const [operation, input] = askedBy(url);
      return get(operation, input);
    },
    close: () => simulator.close(),
  };
}

/** The bare simulator, for what must fail at the start. */
export function newSimulator(options: Partial<SimulatorOptions>): Promise<Simulator> {
  return createSimulator({
    operations,
    bind: binding.bind,
    clock: movableClock(),
    defaultAccount: ACCOUNT,
    rngSeed: 'test',
    ...options,
  });
}

export { binding, operations };

const gets = operations
  .filter(({ method }) => method === 'GET')
  .map(({ name, path }) => ({
    name,
    names: [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter = '']) => parameter),
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`),
  }));

/** The operation and the input that a GET of a URL amounts to. */
export function askedBy(url: Json | undefined): [operation: string, input: Input] {
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

/** Text that an answer must have in this place. */
export function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`text was expected, not ${JSON.stringify(value)}`);
  return value;
}

export const sidOf = (body: JsonObject): string => textOf(body['sid']);

export const metaOf = (list: JsonObject): JsonObject => list['meta'] as JsonObject;

/** The records of a list, found as clients find them: by the key that `meta` names. */
export const itemsOf = (list: JsonObject): readonly JsonObject[] =>
  list[textOf(metaOf(list)['key'])] as readonly JsonObject[];

export const sidsOf = (list: JsonObject, key = 'sid'): string[] => itemsOf(list).map((item) => textOf(item[key]));

/** The SIDs of a whole list, page by page. */
export async function walk(
  simulator: TestSimulator,
  operation: string,
  input: Input,
  direction: 'next' | 'previous' = 'next',
): Promise<string[][]> {
  const pages: string[][] = [];
  let page = await simulator.get(operation, input);
  for (;;) {
    pages.push(sidsOf(page));
    const url = metaOf(page)[`${direction}_page_url`];
    if (url === null) return pages;
    page = await simulator.follow(url);
  }
}

function momentOf(iso: string): number {
  const moment = parseDatetime(iso);
  if (moment === undefined) throw new Error(`${iso} is not a moment`);
  return moment;
}
