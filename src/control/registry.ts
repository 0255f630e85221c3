import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import { UnderstudyError } from '../core/errors.js';
import { didYouMean } from '../util/did-you-mean.js';
import { jsonChunks, withArrays } from '../util/large-json.js';
import { lazyCode } from '../util/load-code.js';
import { trustedSchemaOptions } from '../util/trusted-schema-options.js';

/** The controls by name. Every surface runs controls through this interface. */
export interface Controls {
  readonly list: readonly Control[];
  /**
   * Validates the input and runs a control.
   * @param account the account SID of the world; undefined: the default world
   * @throws UnderstudyError if there is no such control, its input is invalid, or it fails
   */
  run(name: string, account: string | undefined, input: JsonObject): Promise<Json>;
  /**
   * The same as JSON text in chunks, if the control is one whose result may be larger than a string can be. The result does not
   * change while it is written.
   */
  runForText(name: string, account: string | undefined, input: JsonObject): Promise<Iterable<string>>;
  /** The error for a name that is not a control. */
  unknown(name: string): UnderstudyError;
  /** Parses values that arrived as text, from a query, a form or a command line, by the types in the control's schema. */
  parse(name: string, values: Iterable<readonly [key: string, text: string]>): JsonObject;
}

export function createControls(list: readonly Control[]): Controls {
  const byName = new Map(list.map((control) => [control.name, control]));
  // Ajv is loaded, and a schema compiled, on first use: most runs need few controls.
  const loadAjv = lazyCode(async () => new (await import('ajv')).Ajv({ ...trustedSchemaOptions, strict: false }));
  const validators = new Map<string, ValidateFunction>();

  function find(name: string): Control {
    const control = byName.get(name);
    if (control === undefined) throw unknown(name);
    return control;
  }

  function unknown(name: string): UnderstudyError {
    const shown = name.slice(0, 100).toWellFormed();
    const message = `There is no control \`${shown}\`.${didYouMean(shown, byName.keys())}`;
    return new UnderstudyError('UNDERSTUDY_UNKNOWN_CONTROL', message);
  }

  async function validatorOf(control: Control): Promise<ValidateFunction> {
    const validate = validators.get(control.name) ?? (await loadAjv()).compile(inputSchemaOf(control));
    validators.set(control.name, validate);
    return validate;
  }

  async function run(control: Control, account: string | undefined, input: JsonObject): Promise<Json> {
    const validate = await validatorOf(control);
    if (!validate(input)) {
      const reason = describeError(validate.errors?.[0], control);
      throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `\`${control.name}\`: ${reason}`);
    }
    return control.run(account, input);
  }

  return {
    list,
    unknown,
    async run(name, account, input) {
      const control = find(name);
      const result = await run(control, account, input);
      return control.isLarge === true ? (withArrays(result) as Json) : result;
    },
    async runForText(name, account, input) {
      return jsonChunks(await run(find(name), account, input));
    },
    parse(name, values) {
      const { properties } = find(name).input;
      const isText = (key: string) => !Object.hasOwn(properties, key) || properties[key]?.['type'] === 'string';
      return Object.fromEntries([...values].map(([key, value]) => [key, isText(key) ? value : jsonOrText(value)]));
    },
  };
}

/** No controls, for a reason. */
export function noControls(reason: string): Controls {
  const error = () => new UnderstudyError('UNDERSTUDY_UNKNOWN_CONTROL', reason);
  const fail = (): never => {
    throw error();
  };
  return {
    list: [],
    run: () => Promise.reject(error()),
    runForText: () => Promise.reject(error()),
    unknown: error,
    parse: fail,
  };
}

/** The JSON Schema of a control's input. */
export function inputSchemaOf({ input: { properties, required = [] } }: Control) {
  return {
    type: 'object' as const,
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false as const,
  };
}

/** Parses JSON. Returns invalid JSON as text, which the schema then refuses. */
function jsonOrText(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function describeError(error: ErrorObject | undefined, { input }: Control): string {
  if (error === undefined) return 'the input is invalid.';
  const { keyword, instancePath, params, message = 'is invalid' } = error;
  const path = instancePath.slice(1).replaceAll('/', '.');
  const prefix = path === '' ? '' : `${path}.`;
  if (keyword === 'additionalProperties') {
    const name = String((params as { additionalProperty: unknown }).additionalProperty);
    const hint = path === '' ? didYouMean(name, Object.keys(input.properties)) : '';
    return `unknown input \`${prefix}${name.slice(0, 100).toWellFormed()}\`.${hint}`;
  }
  if (keyword === 'required') {
    return `\`${prefix}${String((params as { missingProperty: unknown }).missingProperty)}\` is required.`;
  }
  if (keyword === 'enum') {
    const values = (params as { allowedValues: readonly unknown[] }).allowedValues;
    return `\`${path}\` must be one of ${values.join(', ')}.`;
  }
  return path === '' ? `the input ${message}.` : `\`${path}\` ${message}.`;
}
