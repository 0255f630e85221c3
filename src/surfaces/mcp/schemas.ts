import type { JsonSchema, OperationShape } from '../../capability/shapes.js';
import type { Tool } from '../../capability/surfaces.js';
import type { Operation, Parameter } from '../../core/operation.js';
import type { SurfaceParts } from '../surface.js';

/** A schema whose root is an object. Model APIs refuse all tools if one schema has another root. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Record<string, object>;
  readonly required?: string[];
  readonly additionalProperties?: false;
}

export type SchemaParts = Pick<SurfaceParts, 'shapes' | 'describeField'>;

/** The result of a tool that deletes; Twilio's response has no body. */
export const DELETED = { deleted: true } as const;

/** Constraints that help a model choose a value. Descriptions cover the pattern and length of SIDs in fewer tokens. */
const CONSTRAINTS = ['enum', 'minimum', 'maximum'];

/** The schema of a tool's arguments. `body` lists the form's fields. Contains no references. */
export function inputSchemaOf({ operation, inputs }: Tool, parts: SchemaParts): ObjectSchema {
  const shape = parts.shapes.of(operation);
  const properties: Record<string, object> = {};
  const required: string[] = [];
  for (const [input, name] of inputs) {
    const parameter = operation.parameters.find((each) => each.name === name);
    if (!parameter) continue;
    properties[input] =
      parameter.in === 'body'
        ? bodySchema(operation, shape, parts)
        : parameterSchema(operation, parameter, shape, parts);
    if (isRequired(parameter, shape)) required.push(input);
  }
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** Whether a call without the parameter cannot succeed. */
function isRequired(parameter: Parameter, shape: OperationShape | undefined): boolean {
  return parameter.required || (parameter.in === 'body' && (shape?.requiredForm.length ?? 0) > 0);
}

/** Allows additional properties, because `{"Timers": {"Inactive": …}}` is as valid as `"Timers.Inactive"`. */
function bodySchema(operation: Operation, shape: OperationShape | undefined, parts: SchemaParts): ObjectSchema {
  const fields = Array.from(shape?.form ?? [], ([name, schema]) => {
    return [name, describedSchema(operation, name, schema, parts)] as const;
  });
  const required = [...(shape?.requiredForm ?? [])];
  return {
    type: 'object',
    description: bodyDescription(operation, [...(shape?.form?.keys() ?? [])]),
    properties: Object.fromEntries(fields),
    ...(required.length > 0 && { required }),
  };
}

/** Models read nothing but the schema. It is short, because hosts show a model all tools. */
function bodyDescription({ verb }: Operation, fields: readonly string[]): string {
  const scope = verb === 'update' ? 'Only the given fields change.' : 'Fields of the new record.';
  return fields.some((name) => name.includes('.')) ? `${scope} Dotted ones may be nested.` : scope;
}

function parameterSchema(
  operation: Operation,
  { name, type, ...parameter }: Parameter,
  shape: OperationShape | undefined,
  parts: SchemaParts,
): object {
  const schemas = parameter.in === 'body' ? undefined : shape?.[parameter.in];
  return describedSchema(operation, name, schemas?.get(name) ?? { type }, parts);
}

function describedSchema(
  operation: Operation,
  name: string,
  schema: JsonSchema,
  { describeField }: SchemaParts,
): object {
  const description = describeField(operation, name);
  return { ...simplify(schema), ...(description !== undefined && { description }) };
}

/** Keeps type and constraints. Replaces a list of types with `anyOf`, because some clients do not support lists. */
function simplify(schema: JsonSchema): object {
  const constraints = Object.fromEntries(Object.entries(schema).filter(([key]) => CONSTRAINTS.includes(key)));
  const items = schema['items'] === undefined ? {} : { items: simplify(schema['items'] as JsonSchema) };
  const { type } = schema;
  if (!Array.isArray(type)) return { type, ...constraints, ...items };
  return {
    anyOf: type.map((each) => (each === 'null' ? { type: each } : { type: each as unknown, ...constraints, ...items })),
  };
}

/**
 * The schema of a tool's result. It is lenient, because servers and clients reject a result that violates it: every field
 * may be null or absent, unknown fields are allowed, and values have no enum or format. The items of a list have no
 * properties, to keep the list of tools short; the tool that fetches one record describes them.
 */
export function outputSchemaOf({ operation }: Tool, { shapes }: SchemaParts): ObjectSchema {
  const shape = shapes.of(operation);
  if (!shape?.answer) return { type: 'object', properties: { deleted: { type: 'boolean' } } };
  const { listKey, answer } = shape;
  if (listKey === undefined) return objectSchema(answer);
  const properties = { [listKey]: { type: 'array', items: { type: 'object' } }, meta: { type: 'object' } };
  return { type: 'object', properties, required: [listKey, 'meta'] };
}

function objectSchema(schema: JsonSchema): ObjectSchema {
  const properties = Object.entries(schema['properties'] as Readonly<Record<string, JsonSchema>>);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.map(([name, property]) => [name, lenient(property)])),
  };
}

function lenient(schema: JsonSchema): object {
  const type = typeOf(schema);
  return { anyOf: [type === 'array' ? { type, items: { type: itemType(schema) } } : { type }, { type: 'null' }] };
}

/** The first published type that is not null. */
function typeOf(schema: JsonSchema): unknown {
  const [first = schema] = (schema['anyOf'] as JsonSchema[] | undefined) ?? [];
  return [first['type']].flat().find((each) => each !== 'null') ?? 'object';
}

/** `object` where Twilio publishes no item type: for `media`, the documentation shows objects. */
function itemType(schema: JsonSchema): unknown {
  return typeOf((schema['items'] as JsonSchema | undefined) ?? {});
}
