import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema, Shapes } from '../capability/shapes.js';
import { errorBodySchema } from '../core/errors.js';
import type { Operation, Result, Violation } from '../core/operation.js';
import { lazy } from '../util/lazy.js';
import { requirePackage } from '../util/require-package.js';
import { trustedSchemaOptions } from '../util/trusted-schema-options.js';

/** Compares a result with the published schema of its operation; an empty list means that it conforms. */
export type Conformance = (operation: Operation, result: Pick<Result, 'status' | 'body'>) => readonly Violation[];

const NONE: readonly Violation[] = [];

const errorEnvelope: JsonSchema = { ...errorBodySchema, additionalProperties: false };

/**
 * A schema is compiled when a result first needs it, to keep the start fast, and once per process: a test run starts many
 * understudies, and operations of one resource share the schema object of their response.
 */
const ajv = lazy(createAjv);
const compiled = new WeakMap<JsonSchema, ValidateFunction>();

function validatorOf(schema: JsonSchema): ValidateFunction {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv().compile(schema)));
  return validate;
}

function schemaViolations(schema: JsonSchema, value: unknown): readonly Violation[] {
  const validate = validatorOf(schema);
  return validate(value) ? NONE : (validate.errors ?? []).map(violationOf);
}

export function createConformance(shapes: Pick<Shapes, 'of'>): Conformance {
  return (operation, { status, body }) => {
    const shape = shapes.of(operation);
    if (!shape) return [violation('', `no schema is published for ${operation.name}`)];
    if (status >= 400) {
      if (body === null) return [violation('', `status ${status} requires an error body`)];
      const found = schemaViolations(errorEnvelope, body.value);
      return found.length === 0 ? statusViolations(status, body.value) : found;
    }
    if (status !== shape.status && !shape.otherStatuses.includes(status)) {
      return [
        violation('', `status is ${status}, published is ${[shape.status, ...shape.otherStatuses].join(' or ')}`),
      ];
    }
    if (!shape.answer) return body === null ? NONE : [violation('', `status ${status} must not have a body`)];
    if (body === null) return [violation('', 'the body is missing')];
    return schemaViolations(shape.answer, body.value);
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

/** The `status` in an error body must equal the HTTP status. */
function statusViolations(status: number, body: unknown): readonly Violation[] {
  const inBody = (body as { status: number }).status;
  return inBody === status ? NONE : [violation('/status', `is ${inBody}, the HTTP status is ${status}`)];
}

function violation(path: string, message: string): Violation {
  return { path, message };
}

/** For a missing or extra key, ajv reports the path of the object; we report the path of the key. */
function violationOf({ instancePath, keyword, params, message = keyword }: ErrorObject): Violation {
  const keyPath = (key: unknown) => `${instancePath}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (keyword === 'required') return violation(keyPath(params['missingProperty']), 'is missing');
  if (keyword === 'additionalProperties') return violation(keyPath(params['additionalProperty']), 'is not published');
  if (keyword === 'enum')
    return violation(instancePath, `must be one of ${(params['allowedValues'] as string[]).join(', ')}`);
  return violation(instancePath, message);
}
