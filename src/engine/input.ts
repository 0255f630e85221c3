import type { JsonSchema } from '../capability/shapes.js';
import { UnderstudyError } from '../core/errors.js';
import { Upload } from '../core/file-body.js';
import type { Call, Caller, Form, Input, Operation } from '../core/operation.js';
import { detach } from '../util/detach.js';

/** An operation's form fields by Twilio's dotted names, and whether a field may occur more than once. */
export type FormFields = ReadonlyMap<string, { readonly repeats: boolean }>;

/** Reduces a published form to what binding needs. */
export function formFieldsOf(form: ReadonlyMap<string, JsonSchema> = new Map()): FormFields {
  return new Map([...form].map(([name, schema]) => [name, { repeats: schema['type'] === 'array' }]));
}

export interface Bound {
  readonly call: Call;
  /** Fields and parameters that the operation does not declare, in the caller's spelling. */
  readonly ignored: readonly string[];
}

/** Binds inputs to one operation. @throws UnderstudyError when the input cannot be a call of the operation */
export type Binder = (input: Input, caller: Caller) => Bound;

/** Levels of nesting in a JSON value. */
const MAX_DEPTH = 32;
/** Bounds on what is reported as ignored. */
const MAX_IGNORED = 50;
const MAX_NAME_LENGTH = 200;

/** Prepares everything that does not depend on the input, so that a call does little work. */
export function createBinder(operation: Operation, fields: FormFields): Binder {
  const parameters = new Map(operation.parameters.map((parameter) => [parameter.name, parameter]));
  // HTTP header names are case-insensitive.
  const headers = new Map(
    operation.parameters.filter((each) => each.in === 'header').map((each) => [each.name.toLowerCase(), each]),
  );
  const pathParameters = operation.parameters.filter((each) => each.in === 'path').map((each) => each.name);
  const groups = groupsOf(fields);

  function bind(input: Input, caller: Caller): Bound {
    const path = new Map<string, string>();
    // Created on demand: most calls have only a path and perhaps a body.
    let query: Map<string, readonly string[]> | undefined;
    let headerValues: Map<string, string> | undefined;
    let form: Map<string, readonly string[]> | undefined;
    let upload: Upload | undefined;
    let ignored: Set<string> | undefined;
    for (const name of Object.keys(input)) {
      const value = input[name];
      if (value === undefined || value === null) continue;
      if (name === 'body') {
        if (value instanceof Upload) {
          upload = value;
          continue;
        }
        const binding: BodyBinding = { operation, fields, groups, form: (form = new Map()), ignored };
        bindBody(value, binding);
        ({ ignored } = binding);
        continue;
      }
      const parameter = parameters.get(name) ?? headers.get(name.toLowerCase());
      if (parameter === undefined) ignored = withIgnored(ignored, name);
      else if (parameter.in === 'path') bindPath(path, operation, parameter.name, value);
      else {
        const texts = textsOf(value, operation, parameter.name);
        if (parameter.in === 'header') (headerValues ??= new Map()).set(parameter.name, texts.join(', '));
        else if (texts.length > 0) (query ??= new Map()).set(parameter.name, texts);
      }
    }
    for (const name of pathParameters) {
      if (!path.has(name)) throw missingParameter(operation, `needs the path parameter \`${name}\``);
    }
    const call = {
      operation,
      path,
      query: query ?? noFields,
      headers: headerValues ?? noHeaders,
      form: form ?? noFields,
      upload,
      caller,
      notes: {},
    };
    return { call, ignored: ignored === undefined ? noNames : [...ignored] };
  }

  return bind;
}

const noFields: ReadonlyMap<string, readonly string[]> = new Map();
const noHeaders: ReadonlyMap<string, string> = new Map();
const noNames: readonly string[] = [];

function bindPath(path: Map<string, string>, operation: Operation, name: string, value: unknown): void {
  if (typeof value === 'object') throw missingParameter(operation, `needs the path parameter \`${name}\` as a string`);
  const text = textOf(value, operation, name);
  if (text !== '') path.set(name, text);
}

/** Every field and parameter name of an operation, for suggestions. */
export function inputNames(operation: Operation, fields: FormFields): readonly string[] {
  const declared = operation.parameters.map((each) => each.name).filter((name) => name !== 'body');
  return [...fields.keys(), ...declared];
}

interface BodyBinding {
  readonly operation: Operation;
  readonly fields: FormFields;
  readonly groups: ReadonlySet<string>;
  readonly form: Map<string, readonly string[]>;
  /** The names that the operation does not declare. */
  ignored: Set<string> | undefined;
}

function bindBody(body: unknown, binding: BodyBinding): void {
  if (body instanceof Map) bindForm(body as Form, binding);
  else if (isObject(body)) bindObject(body, '', binding);
  else {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_BODY',
      `The body of \`${binding.operation.name}\` must be an object of Twilio's form fields, such as {"FriendlyName": "…"}.`,
    );
  }
}

function bindForm(given: Form, binding: BodyBinding): void {
  const { fields, form } = binding;
  for (const [name, texts] of given) {
    if (fields.has(name)) form.set(name, texts.map(wellFormed));
    else binding.ignored = withIgnored(binding.ignored, name);
  }
}

/** Descends only into groups of known fields, so the depth of the known names bounds the recursion. */
function bindObject(object: object, prefix: string, binding: BodyBinding): void {
  const { operation, fields, groups, form } = binding;
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    const name = prefix + key;
    const field = fields.get(name);
    if (field !== undefined) {
      const texts = field.repeats ? textsOf(value, operation, name) : [textOf(value, operation, name)];
      // A body may contain both spellings of a field. An empty list cannot be expressed in a form, so it is dropped.
      if (texts.length > 0) form.set(name, [...(form.get(name) ?? []), ...texts]);
    } else if (groups.has(name) && isObject(value)) bindObject(value, `${name}.`, binding);
    else binding.ignored = withIgnored(binding.ignored, name);
  }
}

function textsOf(value: unknown, operation: Operation, name: string): string[] {
  if (!Array.isArray(value)) return [textOf(value, operation, name)];
  return value.filter((item) => item !== undefined).map((item) => textOf(item, operation, name));
}

/** `null` becomes the empty string, which clears a field. An object becomes JSON text, which `Attributes` takes. */
function textOf(value: unknown, operation: Operation, name: string): string {
  if (typeof value === 'string') return wellFormed(value);
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'object' && isShallow(value, MAX_DEPTH) ? JSON.stringify(value) : undefined;
  if (text !== undefined) return wellFormed(text);
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_BODY',
    `\`${name.slice(0, MAX_NAME_LENGTH)}\` of \`${operation.name}\` must be a string, a number, a boolean, ` +
      `or JSON nested at most ${MAX_DEPTH} levels deep.`,
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

/** Adds a name to those that are ignored, of which most calls have none. */
function withIgnored(ignored: Set<string> = new Set(), name: string): Set<string> {
  if (ignored.size < MAX_IGNORED) ignored.add(wellFormed(detach(name.slice(0, MAX_NAME_LENGTH))));
  return ignored;
}

function missingParameter(operation: Operation, problem: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_MISSING_PARAMETER', `\`${operation.name}\` ${problem} (${operation.path}).`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Replaces unpaired surrogates, which UTF-8 cannot encode. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
