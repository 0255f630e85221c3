import type { ErrorObject, ValidateFunction } from 'ajv';
import { didYouMean } from '../util/did-you-mean.js';
import { UnderstudyError } from '../core/errors.js';
import { lazy } from '../util/lazy.js';
import type { Control } from '../core/control.js';
import type { Json, JsonObject } from '../core/body.js';
import { trustedSchemaOptions } from '../util/trusted-schema-options.js';

/** All that can be done to understudy itself, behind one door for every surface. */
export interface Controls {
  readonly list: readonly Control[];
  /**
   * Checks the input and does it.
   * @throws UnderstudyError when there is no such control, the input does not fit, or it cannot be done
   */
  run(name: string, account: string | undefined, input: JsonObject): Promise<Json>;
  /** The error that refuses a name that is no control's. */
  unknown(name: string): UnderstudyError;
  /** An input whose values came as texts, in a query or on a command line: each is read as its schema wants it. */
  read(name: string, texts: Iterable<readonly [key: string, text: string]>): JsonObject;
}

export function createControls(list: readonly Control[]): Controls {
  const byName = new Map(list.map((control) => [control.name, control]));
  // Loaded and compiled when first used: most runs need few of them.
  const loadAjv = lazy(async () => new (await import('ajv')).Ajv({ ...trustedSchemaOptions, strict: false }));
  const checks = new Map<string, ValidateFunction>();

  function find(name: string): Control {
    const control = byName.get(name);
    if (control === undefined) throw unknown(name);
    return control;
  }

  function unknown(name: string): UnderstudyError {
    const given = name.slice(0, 100).toWellFormed();
    const message = `There is no control \`${given}\`.${didYouMean(given, byName.keys())}`;
    return new UnderstudyError('UNDERSTUDY_UNKNOWN_CONTROL', message);
  }

  async function checkOf(control: Control): Promise<ValidateFunction> {
    const check = checks.get(control.name) ?? (await loadAjv()).compile(inputSchemaOf(control));
    checks.set(control.name, check);
    return check;
  }

  return {
    list,
    unknown,
    async run(name, account, input) {
      const control = find(name);
      const check = await checkOf(control);
      if (!check(input)) throw bad(`\`${name}\`: ${sentenceOf(check.errors?.[0], control)}`);
      return control.run(account, input);
    },
    read(name, texts) {
      const { properties } = find(name).input;
      return Object.fromEntries(
        [...texts].map(([key, text]) => [
          key,
          Object.hasOwn(properties, key) && properties[key]?.['type'] !== 'string' ? jsonOr(text) : text,
        ]),
      );
    },
  };
}

/** The input of a control as a JSON Schema of its own. */
export function inputSchemaOf({ input: { properties, required = [] } }: Control) {
  return {
    type: 'object' as const,
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false as const,
  };
}

/** What is no JSON stays as it is, for the schema to refuse. */
function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function sentenceOf(error: ErrorObject | undefined, { input }: Control): string {
  if (error === undefined) return 'the input does not fit.';
  const { keyword, instancePath, params, message = 'does not fit' } = error;
  const place = instancePath.slice(1).replaceAll('/', '.');
  const inside = place === '' ? '' : `${place}.`;
  if (keyword === 'additionalProperties') {
    const name = String((params as { additionalProperty: unknown }).additionalProperty);
    const hint = place === '' ? didYouMean(name, Object.keys(input.properties)) : '';
    return `\`${inside}${name.slice(0, 100).toWellFormed()}\` is not known.${hint}`;
  }
  if (keyword === 'required') {
    return `\`${inside}${String((params as { missingProperty: unknown }).missingProperty)}\` is needed.`;
  }
  if (keyword === 'enum') {
    const values = (params as { allowedValues: readonly unknown[] }).allowedValues;
    return `\`${place}\` must be one of ${values.join(', ')}.`;
  }
  return place === '' ? `the input ${message}.` : `\`${place}\` ${message}.`;
}

function bad(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
}
