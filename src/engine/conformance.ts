import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { errorBodySchema } from '../core/errors.js';
import { lazy } from '../util/lazy.js';
import type { Result, Violation } from '../core/operation.js';
import { trustedSchemaOptions } from '../util/trusted-schema-options.js';
import { requirePackage } from '../util/require-package.js';
import type { JsonSchema, Shapes } from '../capability/shapes.js';

/** Checks one answer against what Twilio publishes of its operation; an empty list means that it conforms. */
export type Conformance = (operation: string, result: Result) => readonly Violation[];

const NONE: readonly Violation[] = [];

/** Twilio's error body. The `status` in it is compared with the HTTP status apart from this. */
const errorEnvelope: JsonSchema = { ...errorBodySchema, additionalProperties: false };

/** A checker over all operations. A shape is compiled when its operation first answers, so that a start costs nothing. */
export function createConformance(shapes: Shapes): Conformance {
  const ajv = lazy(createAjv);
  const compiled = new Map<string, ValidateFunction>();
  const compile = (name: string, schema: JsonSchema) => {
    let validate = compiled.get(name);
    if (!validate) compiled.set(name, (validate = ajv().compile(schema)));
    return validate;
  };
  const breaches = (name: string, schema: JsonSchema, value: unknown): readonly Violation[] => {
    const validate = compile(name, schema);
    return validate(value) ? NONE : (validate.errors ?? []).map(violationOf);
  };

  return (operation, { status, body }) => {
    const shape = shapes.operations.get(operation);
    if (!shape) return [violation('', `nothing is published of the operation ${operation}`)];
    if (status >= 400) {
      if (body === null) return [violation('', `an answer with status ${status} needs an error body`)];
      const found = breaches('error', errorEnvelope, body.value);
      return found.length === 0 ? statusBreach(status, body.value) : found;
    }
    if (status !== shape.status) return [violation('', `status is ${status}, published is ${shape.status}`)];
    if (!shape.answer) return body === null ? NONE : [violation('', `an answer with status ${status} has no body`)];
    if (body === null) return [violation('', 'the body is missing')];
    return breaches(operation, shape.answer, body.value);
  };
}

function createAjv() {
  const { Ajv2020 } = requirePackage('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const addFormats = requirePackage('ajv-formats') as typeof import('ajv-formats');
  return addFormats.default(new Ajv2020({ ...trustedSchemaOptions, allErrors: true, allowUnionTypes: true }), [
    'date-time',
    'uri',
  ]);
}

function statusBreach(status: number, body: unknown): readonly Violation[] {
  const said = (body as { status: number }).status;
  return said === status ? NONE : [violation('/status', `is ${said}, the HTTP status is ${status}`)];
}

function violation(path: string, message: string): Violation {
  return { path, message };
}

/** Ajv names the object that lacks or has a key; a reader looks for the key itself. */
function violationOf({ instancePath, keyword, params, message = keyword }: ErrorObject): Violation {
  const within = (key: unknown) => `${instancePath}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (keyword === 'required') return violation(within(params['missingProperty']), 'is missing');
  if (keyword === 'additionalProperties') return violation(within(params['additionalProperty']), 'is not published');
  if (keyword === 'enum')
    return violation(instancePath, `must be one of ${(params['allowedValues'] as string[]).join(', ')}`);
  return violation(instancePath, message);
}
