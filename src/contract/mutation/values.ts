/** Mutations of the keys and values in a response. */
import type { Json, JsonObject } from '../../core/body.js';
import { isDate } from '../compare/mask-times.js';
import type { BoundStep } from '../model/bind-scenario.js';
import { isObject } from '../model/paths.js';
import type { Answer } from '../model/target.js';
import { type AnswerChange, answerMutation, type Mutation } from './mutation.js';

const SID = /^[A-Z]{2}[0-9a-f]{32}$/;
const URL = /^https?:\/\//;

const RECEIPT_STATUS = /^(?:delivery_receipts\[\]\.)?status$/;
const DELIVERY = /^delivery\.(?:sent|delivered|read|failed|undelivered)$/;

/** A value seen at one path of an operation's responses. */
export interface Sample {
  readonly operation: string;
  /** `[]` stands for every record of a list. */
  readonly path: string;
  readonly value: Json;
  /** Whether the response was an error. */
  readonly isError: boolean;
}

type ValueChange = (value: Json) => Json | undefined;

/** All mutations that fit one value. */
export function valueMutations({ operation, path, value, isError }: Sample): Mutation[] {
  const mutation = (kind: string, change: ValueChange, shows: Mutation['shows'] = 'there', keepsForm = true) =>
    answerMutation({ kind, operation, path, shows }, changeAnswer(path, isError, change, keepsForm));
  /** Visible even where the value may differ. */
  const formMutation = (kind: string, change: ValueChange) => mutation(kind, change, 'there', false);
  const mutations = [formMutation('drop a key', () => undefined), formMutation('change a type', otherType)];
  if (typeof value === 'string') {
    if (SID.test(value)) {
      mutations.push(
        mutation(
          'change a SID',
          onText((sid) => `${sid.slice(0, 2)}${'9'.repeat(32)}`),
          'later',
        ),
      );
    } else if (isDate(value)) {
      mutations.push(
        formMutation(
          'change a date format',
          onText((date) => date.replace('Z', '.000Z')),
        ),
      );
      mutations.push(
        formMutation(
          'change the zone of a date',
          onText((date) => date.replace('Z', '+02:00')),
        ),
      );
      mutations.push(
        mutation(
          'change a date',
          onText((date) => `2019${date.slice(4)}`),
        ),
      );
    } else if (URL.test(value)) {
      mutations.push(
        mutation(
          'change a link',
          onText((url) => url.replace(/\/(?=[^/]*$)/, '/Old/')),
        ),
      );
    } else {
      mutations.push(
        mutation(
          'change a value',
          onText((text) => `${text}x`),
        ),
      );
      // The values may differ between two targets, but only one of some few is possible.
      if (RECEIPT_STATUS.test(path))
        mutations.push(
          formMutation(
            'change a receipt status',
            onText(() => 'read'),
          ),
        );
      if (DELIVERY.test(path))
        mutations.push(
          formMutation(
            'change a delivery summary',
            onText(() => 'some'),
          ),
        );
    }
  }
  if (typeof value === 'number') {
    const kind = path === 'code' ? 'change an error code' : 'change a value';
    mutations.push(mutation(kind, (number) => (typeof number === 'number' ? number + 1 : number)));
  }
  if (typeof value === 'boolean') {
    mutations.push(mutation('change a value', (flag) => (typeof flag === 'boolean' ? !flag : flag)));
  }
  if (value !== null) mutations.push(mutation('replace a value by null', () => null));
  return mutations;
}

/** Changes texts only: the same path can have null in another response. */
function onText(change: (text: string) => string): ValueChange {
  return (value) => (typeof value === 'string' ? change(value) : value);
}

function otherType(value: Json): Json {
  if (typeof value === 'string') return 7;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'seven';
}

/** Changes the value at a path; in every record, if the path leads through a list. */
function changeAnswer(path: string, isError: boolean, change: ValueChange, keepsForm: boolean): AnswerChange {
  const parts = path.split('.');
  return (answer, step) => {
    const mayDiffer = isFree(step, path);
    if (isError !== answer.status >= 400 || (keepsForm && mayDiffer)) return undefined;
    // Where values may differ, null fits every form.
    const changed: ValueChange = mayDiffer ? (value) => (value === null ? value : change(value)) : change;
    const { value, isChanged } = changeAt(answer.body, parts, changed);
    return isChanged ? { ...answer, body: value ?? null } : undefined;
  };
}

interface Changed {
  readonly value: Json | undefined;
  readonly isChanged: boolean;
}

function changeAt(value: Json | null, [part, ...rest]: readonly string[], change: ValueChange): Changed {
  if (part === undefined) {
    const changed = change(value);
    return { value: changed, isChanged: changed !== value };
  }
  const key = part.replace('[]', '');
  if (!isObject(value) || value[key] === undefined) return { value, isChanged: false };
  const inner = part.endsWith('[]') ? changeItems(value[key], rest, change) : changeAt(value[key], rest, change);
  if (!inner.isChanged) return { value, isChanged: false };
  const { [key]: _, ...others } = value;
  if (inner.value === undefined) return { value: others, isChanged: true };
  // The order of keys stays the same.
  const entries = Object.entries(value).map(([name, each]) => [name, name === key ? inner.value : each] as const);
  return { value: Object.fromEntries(entries) as JsonObject, isChanged: true };
}

function changeItems(list: Json, rest: readonly string[], change: ValueChange): Changed {
  if (!Array.isArray(list)) return { value: list, isChanged: false };
  const items = (list as readonly Json[]).map((item) => changeAt(item, rest, change));
  return { value: items.map((item) => item.value ?? null), isChanged: items.some(({ isChanged }) => isChanged) };
}

/** Whether the step allows this path to differ. */
function isFree({ free = {} }: BoundStep, path: string): boolean {
  return Object.keys(free).some((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`));
}

/** Every path of a response, with its value. */
export function samplesOf(operation: string, { status, body }: Answer): Sample[] {
  const isError = status >= 400;
  const samples: Sample[] = [];
  const visit = (value: Json, path: string) => {
    if (path !== '') samples.push({ operation, path, value, isError });
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
