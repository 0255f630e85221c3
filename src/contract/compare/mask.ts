/**
 * Two runs never agree on SIDs, times and addresses. A mask replaces each by what it means: a SID by the step that made
 * it, so that a message that points at the wrong conversation still shows.
 */
import type { Json, JsonObject } from '../../core/body.js';
import { createTimeMask, isDate } from './mask-times.js';
import { isObject, listOf, textOf } from '../model/paths.js';

const SID = /\b[A-Z]{2}[0-9a-f]{32}\b/g;
const WHOLE_SID = /^[A-Z]{2}[0-9a-f]{32}$/;

/** How one list may be looked at. */
export interface ListMask {
  readonly order?: 'promised' | 'free' | undefined;
  readonly only?: 'ours' | undefined;
}

export interface Mask {
  /** Names a SID that the scenario did not make but was given. */
  name(sid: string, name: string): void;
  /** Tells that this scenario made the record of that SID. */
  made(sid: string): void;
  /** A command with shell variables in place of SIDs, which will be gone when somebody tries it. */
  variables(command: string): string;
  /** The answer of the step or keep of that name with everything volatile named. */
  apply(name: string, body: Json | null, list?: ListMask): Json | null;
}

export interface MaskOptions {
  /** The steps' inputs as they are written: SIDs and dates in them are the scenario's own, and stay. */
  readonly written: unknown;
  /** Origins of URLs that are this target's, beside the one that its first answer shows. */
  readonly origins?: readonly string[];
  /** Milliseconds of this machine. */
  readonly now?: () => number;
}

export function createMask({ written, origins = [], now = () => performance.now() }: MaskOptions): Mask {
  const texts = textsIn(written);
  const given = new Set(texts.flatMap((text) => [...text.matchAll(SID)].map(([sid]) => sid)));
  const dates = texts.filter((text) => /^\d{4}-\d{2}-\d{2}/.test(text)).map((text) => Date.parse(text));
  const times = createTimeMask(new Set(dates.map((date) => date - (date % 1000))), now);
  const names = new Map<string, string>();
  const ours = new Set(origins);
  const made = new Set<string>();

  /** Every SID that stands alone gets the name of the first place that it was seen at, whatever the order of keys. */
  function learn(value: Json, name: string): void {
    if (typeof value === 'string') {
      if (WHOLE_SID.test(value) && !given.has(value) && !names.has(value)) names.set(value, `<${name}>`);
    } else if (Array.isArray(value)) {
      for (const [i, item] of (value as readonly Json[]).entries()) learn(item, `${name}[${i}]`);
    } else if (isObject(value)) {
      const keys = Object.keys(value).sort((a, b) => Number(b === 'sid') - Number(a === 'sid') || (a < b ? -1 : 1));
      for (const key of keys) learn(value[key] ?? null, `${name}.${key}`);
    }
  }

  function maskText(text: string): string {
    if (isDate(text)) return times.text(text);
    return plain(text, (sid) => names.get(sid) ?? sid);
  }

  function plain(text: string, nameOf: (sid: string) => string): string {
    let masked = text.replaceAll(SID, nameOf).replaceAll(/\bPageToken=[^&]*/g, 'PageToken=<token>');
    for (const origin of ours) {
      if (masked.startsWith(`${origin}/`)) masked = `<origin>${masked.slice(origin.length)}`;
    }
    return masked;
  }

  function maskValue(value: Json): Json {
    if (typeof value === 'string') return maskText(value);
    if (Array.isArray(value)) return (value as readonly Json[]).map(maskValue);
    if (!isObject(value)) return value;
    const broken = times.record(value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, broken.get(key) ?? maskValue(item)]));
  }

  /** What a record looks like before its SIDs have names, for sorting records whose order means nothing. */
  function preview(item: Json): string {
    const shown = (value: Json): Json => {
      if (typeof value === 'string') {
        return isDate(value) ? '' : plain(value, (sid) => names.get(sid) ?? (given.has(sid) ? sid : sid.slice(0, 2)));
      }
      if (Array.isArray(value)) return (value as readonly Json[]).map(shown);
      if (!isObject(value)) return value;
      const keys = Object.keys(value).sort();
      return Object.fromEntries(keys.map((key) => [key, shown(value[key] ?? null)]));
    };
    return JSON.stringify(shown(item));
  }

  function arranged(body: Json | null, { order, only }: ListMask): Json | null {
    const list = listOf(body);
    if (list === undefined || !isObject(body)) return body;
    let { items } = list;
    if (only === 'ours') items = items.filter((item) => made.has(textOf(isObject(item) ? item['sid'] : undefined)));
    if (order === 'free') {
      const sorted = items
        .map((item) => [preview(item), item] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      items = sorted.map(([, item]) => item);
    }
    return { ...body, [list.key]: items };
  }

  return {
    name: (sid, name) => void names.set(sid, `<${name}>`),
    made: (sid) => void made.add(sid),
    variables: (command) =>
      command.replaceAll(SID, (sid) => {
        const name = names.get(sid);
        return name === undefined
          ? sid
          : `$${name
              .slice(1, -1)
              .replaceAll(/[^\w]+/g, '_')
              .toUpperCase()}`;
      }),
    apply(name, body, list = {}) {
      if (ours.size === origins.length) for (const origin of originsIn(body)) ours.add(origin);
      const shown = arranged(body, list);
      if (shown === null) return null;
      learn(shown, name);
      return maskValue(shown);
    },
  };
}

/** A record says by its own URL where the target is. */
function originsIn(body: Json | null): string[] {
  const url = isObject(body) ? body['url'] : undefined;
  return typeof url === 'string' && URL.canParse(url) ? [new URL(url).origin] : [];
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as JsonObject).flatMap(textsIn);
}
