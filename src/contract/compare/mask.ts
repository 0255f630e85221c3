/**
 * Two runs never have the same SIDs, times and addresses. A mask replaces each of them by its meaning: a SID by the step
 * that created it, so that a message in the wrong conversation still shows up as drift.
 */
import type { Json, JsonObject } from '../../core/body.js';
import { isObject, listOf, textOf } from '../model/paths.js';
import { createTimeMask, isDate } from './mask-times.js';

const SID = /\b[A-Z]{2}[0-9a-f]{32}\b/g;
const WHOLE_SID = /^[A-Z]{2}[0-9a-f]{32}$/;

/** How to treat the records of a list. */
interface ListMask {
  readonly order?: 'promised' | 'free' | undefined;
  readonly only?: 'ours' | undefined;
}

export interface Mask {
  /** Names a SID that the scenario uses but did not create. */
  name(sid: string, name: string): void;
  /** Marks a record as created by this scenario. */
  markCreated(sid: string): void;
  /** Whether a record was created by this scenario. */
  isOurs(record: Json): boolean;
  /** Replaces the SIDs in a command by shell variables, because the records are deleted before anyone runs it. */
  withShellVariables(command: string): string;
  /** Masks the response of a step. SIDs that appear for the first time are named `<name.path>`. */
  apply(name: string, body: Json | null, list?: ListMask): Json | null;
}

export interface MaskOptions {
  /** The scenario's inputs, before references are resolved: the SIDs and dates in them are not masked. */
  readonly inputs: unknown;
  /** The suffix that makes names unique to the run: it is removed. */
  readonly suffix?: string | undefined;
  /** Where the target is called. Its URLs begin with this origin or with that of the first record. */
  readonly origin?: string | undefined;
  /** Local clock in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
}

export function createMask({ inputs, suffix, origin: calledAt, now = () => performance.now() }: MaskOptions): Mask {
  const texts = stringsIn(inputs);
  const given = new Set(texts.flatMap((text) => [...text.matchAll(SID)].map(([sid]) => sid)));
  const dates = texts.filter((text) => /^\d{4}-\d{2}-\d{2}/.test(text)).map((text) => Date.parse(text));
  const times = createTimeMask(new Set(dates.map((date) => date - (date % 1000))), now);
  const names = new Map<string, string>();
  const created = new Set<string>();
  let origin: string | undefined;

  /** Names each new SID by the path where it appears. Keys are sorted, so that their order makes no difference. */
  function nameSids(value: Json, name: string): void {
    if (typeof value === 'string') {
      if (WHOLE_SID.test(value) && !given.has(value) && !names.has(value)) names.set(value, `<${name}>`);
    } else if (Array.isArray(value)) {
      for (const [i, item] of (value as readonly Json[]).entries()) nameSids(item, `${name}[${i}]`);
    } else if (isObject(value)) {
      const keys = Object.keys(value).sort((a, b) => Number(b === 'sid') - Number(a === 'sid') || (a < b ? -1 : 1));
      for (const key of keys) nameSids(value[key] ?? null, `${name}.${key}`);
    }
  }

  function maskText(text: string, nameOf: (sid: string) => string): string {
    const named = suffix === undefined ? text : text.replaceAll(suffix, '');
    const masked = named.replaceAll(SID, nameOf).replaceAll(/\bPageToken=[^&]*/g, 'PageToken=<token>');
    const own = [origin, calledAt].find((each) => each !== undefined && masked.startsWith(`${each}/`));
    return own === undefined ? masked : `<origin>${masked.slice(own.length)}`;
  }

  function maskValue(value: Json): Json {
    if (typeof value === 'string') {
      return isDate(value) ? times.text(value) : maskText(value, (sid) => names.get(sid) ?? sid);
    }
    if (Array.isArray(value)) return (value as readonly Json[]).map(maskValue);
    if (!isObject(value)) return value;
    const outOfOrder = times.record(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, outOfOrder.get(key) ?? maskValue(item)]),
    );
  }

  /** The name of a known SID, the prefix of a new one. */
  function stableName(sid: string): string {
    return names.get(sid) ?? (given.has(sid) ? sid : sid.slice(0, 2));
  }

  /** The record as text without new SIDs and dates: a sort key that is the same in every run. */
  function sortKeyOf(record: Json): string {
    const withoutVolatile = (value: Json): Json => {
      if (typeof value === 'string') return isDate(value) ? '' : maskText(value, stableName);
      if (Array.isArray(value)) return (value as readonly Json[]).map(withoutVolatile);
      if (!isObject(value)) return value;
      const keys = Object.keys(value).sort();
      return Object.fromEntries(keys.map((key) => [key, withoutVolatile(value[key] ?? null)]));
    };
    return JSON.stringify(withoutVolatile(record));
  }

  function isOurs(record: Json): boolean {
    return created.has(textOf(isObject(record) ? record['sid'] : undefined));
  }

  /** Removes the records of others and sorts the rest, as far as the step says so. */
  function normalizeList(body: Json | null, { order, only }: ListMask): Json | null {
    const list = listOf(body);
    if (list === undefined || !isObject(body)) return body;
    let { items } = list;
    if (only === 'ours') items = items.filter(isOurs);
    if (order === 'free') {
      const sorted = items
        .map((item) => [sortKeyOf(item), item] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      items = sorted.map(([, item]) => item);
    }
    return { ...body, [list.key]: items };
  }

  return {
    name: (sid, name) => void names.set(sid, `<${name}>`),
    markCreated: (sid) => void created.add(sid),
    isOurs,
    withShellVariables: (command) =>
      command.replaceAll(SID, (sid) => {
        const name = names.get(sid);
        return name === undefined ? sid : shellVariable(name.slice(1, -1));
      }),
    apply(name, body, list = {}) {
      origin ??= originOf(body);
      const normalized = normalizeList(body, list);
      if (normalized === null) return null;
      nameSids(normalized, name);
      return maskValue(normalized);
    },
  };
}

/** `message.sid` → `$MESSAGE_SID`. */
function shellVariable(name: string): string {
  return `$${name.replaceAll(/[^\w]+/g, '_').toUpperCase()}`;
}

/** The target's origin, as the `url` of a record shows it. */
function originOf(body: Json | null): string | undefined {
  const url = isObject(body) ? body['url'] : undefined;
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : undefined;
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as JsonObject).flatMap(stringsIn);
}
