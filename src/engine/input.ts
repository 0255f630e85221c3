import type { JsonSchema } from '../capability/shapes.js';
import { UnderstudyError } from '../core/errors.js';
import type { Call, Caller, Form, Input, Operation } from '../core/operation.js';

/** An operation's form fields by Twilio's dotted names, and which of them may be given more than once. */
export type FormFields = ReadonlyMap<string, { readonly repeats: boolean }>;

/** What binding needs of an operation's published form. */
export function formFieldsOf(form: ReadonlyMap<string, JsonSchema> = new Map()): FormFields {
  return new Map([...form].map(([name, schema]) => [name, { repeats: schema['type'] === 'array' }]));
}

/** An input in Twilio's terms, and the names that the operation does not know, in the caller's spelling. */
export interface Bound {
  readonly call: Call;
  readonly ignored: readonly string[];
}

/** Binds inputs of one operation. What can be known beforehand is worked out once, so that a call costs little. */
export type Binder = (input: Input, caller: Caller) => Bound;

const DEEPEST = 32;
const MOST_IGNORED = 50;
const LONGEST_NAME = 200;

export function createBinder(operation: Operation, fields: FormFields): Binder {
  const parameters = new Map(operation.parameters.map((parameter) => [parameter.name, parameter]));
  // Header names have no case on the wire, so callers spell them as they like.
  const headers = new Map(
    operation.parameters.filter((each) => each.in === 'header').map((each) => [each.name.toLowerCase(), each]),
  );
  const inPath = operation.parameters.filter((each) => each.in === 'path').map((each) => each.name);
  const groups = groupsOf(fields);

  function bind(input: Input, caller: Caller): Bound {
    const path = new Map<string, string>();
    // Most calls have only a path and perhaps a body.
    let query: Map<string, readonly string[]> | undefined;
    let headerValues: Map<string, string> | undefined;
    let form: Map<string, readonly string[]> | undefined;
    let ignored: Set<string> | undefined;
    for (const name of Object.keys(input)) {
      const value = input[name];
      if (value === undefined || value === null) continue;
      if (name === 'body') {
        readBody(value, { operation, fields, groups, form: (form = new Map()), ignored: (ignored ??= new Set()) });
        continue;
      }
      const parameter = parameters.get(name) ?? headers.get(name.toLowerCase());
      if (parameter === undefined) note((ignored ??= new Set()), name);
      else if (parameter.in === 'path') placeInPath(path, operation, parameter.name, value);
      else {
        const texts = textsOf(value, operation, parameter.name);
        if (parameter.in === 'header') (headerValues ??= new Map()).set(parameter.name, texts.join(', '));
        else if (texts.length > 0) (query ??= new Map()).set(parameter.name, texts);
      }
    }
    for (const name of inPath) {
      if (!path.has(name)) throw missing(operation, `needs \`${name}\`, which is a part of its path`);
    }
    const call = {
      operation,
      path,
      query: query ?? noFields,
      headers: headerValues ?? noTexts,
      form: form ?? noFields,
      caller,
    };
    return { call, ignored: ignored === undefined || ignored.size === 0 ? noNames : [...ignored] };
  }

  return bind;
}

const noFields: ReadonlyMap<string, readonly string[]> = new Map();
const noTexts: ReadonlyMap<string, string> = new Map();
const noNames: readonly string[] = [];

function placeInPath(path: Map<string, string>, operation: Operation, name: string, value: unknown): void {
  if (typeof value === 'object') throw missing(operation, `needs \`${name}\` as text`);
  const text = textOf(value, operation, name);
  if (text !== '') path.set(name, text);
}

/** Every name that an operation knows, for telling which one a caller may have meant. */
export function namesOf(operation: Operation, fields: FormFields): readonly string[] {
  const declared = operation.parameters.map((each) => each.name).filter((name) => name !== 'body');
  return [...fields.keys(), ...declared];
}

interface BodyReading {
  readonly operation: Operation;
  readonly fields: FormFields;
  readonly groups: ReadonlySet<string>;
  readonly form: Map<string, readonly string[]>;
  readonly ignored: Set<string>;
}

function readBody(body: unknown, reading: BodyReading): void {
  if (body instanceof Map) readForm(body as Form, reading);
  else if (isObject(body)) readObject(body, '', reading);
  else {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_BODY',
      `The body of \`${reading.operation.name}\` must be an object of Twilio's form fields, such as {"FriendlyName": "…"}.`,
    );
  }
}

function readForm(given: Form, { fields, form, ignored }: BodyReading): void {
  for (const [name, texts] of given) {
    if (fields.has(name)) form.set(name, texts.map(wellFormed));
    else note(ignored, name);
  }
}

/** Objects are followed only where a known field lies below them, so the depth of the known names bounds the walk. */
function readObject(object: object, prefix: string, reading: BodyReading): void {
  const { operation, fields, groups, form, ignored } = reading;
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    const name = prefix + key;
    const field = fields.get(name);
    if (field !== undefined) {
      const texts = field.repeats ? textsOf(value, operation, name) : [textOf(value, operation, name)];
      // Both spellings of one field may meet in one body. An empty list has no form on the wire: it says nothing.
      if (texts.length > 0) form.set(name, [...(form.get(name) ?? []), ...texts]);
    } else if (groups.has(name) && isObject(value)) readObject(value, `${name}.`, reading);
    else note(ignored, name);
  }
}

function textsOf(value: unknown, operation: Operation, name: string): string[] {
  if (!Array.isArray(value)) return [textOf(value, operation, name)];
  return value.filter((item) => item !== undefined).map((item) => textOf(item, operation, name));
}

/** `null` is Twilio's "set to empty"; an object is the JSON text that Twilio wants, as in `Attributes`. */
function textOf(value: unknown, operation: Operation, name: string): string {
  if (typeof value === 'string') return wellFormed(value);
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'object' && isShallow(value, DEEPEST) ? JSON.stringify(value) : undefined;
  if (text !== undefined) return wellFormed(text);
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_BODY',
    `\`${name.slice(0, LONGEST_NAME)}\` of \`${operation.name}\` must be text, a number, a boolean, ` +
      `or JSON of at most ${DEEPEST} levels.`,
  );
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

function groupsOf(fields: FormFields): ReadonlySet<string> {
  const groups = new Set<string>();
  for (const name of fields.keys()) {
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) groups.add(name.slice(0, dot));
  }
  return groups;
}

function note(ignored: Set<string>, name: string): void {
  if (ignored.size < MOST_IGNORED) ignored.add(wellFormed(name.slice(0, LONGEST_NAME)));
}

function missing(operation: Operation, what: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_MISSING_PARAMETER', `\`${operation.name}\` ${what} (${operation.path}).`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An unpaired surrogate has no UTF-8, so it could not leave again as it came. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
