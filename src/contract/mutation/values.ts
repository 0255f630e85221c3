/** Lies about keys and values of an answer. */
import type { Json, JsonObject } from '../../core/body.js';
import { isDate } from '../compare/mask-times.js';
import { isObject, textOf } from '../model/paths.js';
import type { Step } from '../model/scenario.js';
import type { Answer } from '../model/target.js';
import { type Lie, lyingAnswer, type Plant } from './mutation.js';

const SID = /^[A-Z]{2}[0-9a-f]{32}$/;
const URL = /^https?:\/\//;

/** What a sample of honest answers has at one path of an operation. */
export interface Sample {
  readonly operation: string;
  /** `[]` stands for every record of a list. */
  readonly path: string;
  readonly value: Json;
  /** Whether the answer was a refusal. */
  readonly refused: boolean;
}

/** Every lie that can be told at one place. */
export function plantsAt(sample: Sample): Plant[] {
  const { operation, path, value, refused } = sample;
  const at = (kind: string, change: (value: Json) => Json | undefined, shows: Plant['shows'] = 'there') =>
    lyingAnswer({ kind, operation, path, shows }, lieAt(path, refused, change));
  const plants = [at('drop a key', () => undefined), at('change a type', otherType)];
  if (typeof value === 'string') {
    if (SID.test(value)) {
      plants.push(at('change a SID', (sid) => `${textOf(sid).slice(0, 2)}${'9'.repeat(32)}`, 'later'));
    } else if (isDate(value)) {
      plants.push(at('change a date format', (date) => textOf(date).replace('Z', '.000Z')));
      plants.push(at('change a date', (date) => `2019${textOf(date).slice(4)}`));
    } else if (URL.test(value)) plants.push(at('change a link', (url) => textOf(url).replace('/v1/', '/v1/Old')));
    else plants.push(at('change a value', (text) => `${textOf(text)}x`));
  }
  if (typeof value === 'number')
    plants.push(at(path === 'code' ? 'change an error code' : 'change a value', (n) => Number(n) + 1));
  if (typeof value === 'boolean') plants.push(at('change a value', (flag) => !flag));
  if (value !== null) plants.push(at('make it null', () => null));
  return plants;
}

function otherType(value: Json): Json {
  if (typeof value === 'string') return 7;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'seven';
}

/** Changes the value at a path, in every record where the path leads through a list. */
function lieAt(path: string, refused: boolean, change: (value: Json) => Json | undefined): Lie {
  const parts = path.split('.');
  return (answer, step) => {
    if (refused !== answer.status >= 400 || isFree(step, path)) return undefined;
    const { value, changed } = changeAt(answer.body, parts, change);
    return changed ? { ...answer, body: value ?? null } : undefined;
  };
}

interface Changed {
  readonly value: Json | undefined;
  readonly changed: boolean;
}

function changeAt(
  value: Json | null,
  [part, ...rest]: readonly string[],
  change: (value: Json) => Json | undefined,
): Changed {
  if (part === undefined) {
    const other = change(value);
    return { value: other, changed: other !== value };
  }
  const key = part.replace('[]', '');
  if (!isObject(value) || value[key] === undefined) return { value, changed: false };
  const inner = part.endsWith('[]') ? changeAll(value[key], rest, change) : changeAt(value[key], rest, change);
  if (!inner.changed) return { value, changed: false };
  const { [key]: _, ...others } = value;
  const entries = Object.entries(value).map(([name, each]) => [name, name === key ? inner.value : each] as const);
  return { value: inner.value === undefined ? others : (Object.fromEntries(entries) as JsonObject), changed: true };
}

function changeAll(list: Json, rest: readonly string[], change: (value: Json) => Json | undefined): Changed {
  if (!Array.isArray(list)) return { value: list, changed: false };
  const items = (list as readonly Json[]).map((item) => changeAt(item, rest, change));
  return { value: items.map((item) => item.value ?? null), changed: items.some(({ changed }) => changed) };
}

/** The step itself declares that this may differ. */
function isFree({ free = {}, only }: Step, path: string): boolean {
  if (only === 'ours' && path.startsWith('meta')) return true;
  return Object.keys(free).some((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`));
}

/** Every path of an honest answer, with the value there. */
export function samplesOf(operation: string, { status, body }: Answer): Sample[] {
  const refused = status >= 400;
  const samples: Sample[] = [];
  const visit = (value: Json, path: string) => {
    if (path !== '') samples.push({ operation, path, value, refused });
    if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, path === '' ? key : `${path}.${key}`);
    } else if (Array.isArray(value) && !path.includes('[]') && value.every(isObject)) {
      for (const item of value as readonly Json[]) {
        for (const [key, each] of Object.entries(item as JsonObject)) visit(each, `${path}[].${key}`);
      }
    }
  };
  if (body !== null) visit(body, '');
  return samples;
}
