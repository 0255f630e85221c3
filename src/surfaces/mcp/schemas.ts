import { describeField } from '../../capability/field-descriptions.js';
import type { JsonSchema, OperationShape, Shapes } from '../../capability/shapes.js';
import type { Tool } from '../../capability/surfaces.js';
import type { Operation, Parameter } from '../../core/operation.js';

/** A schema whose root is an object: model APIs refuse any other root, and with it all tools. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Record<string, object>;
  readonly required?: string[];
  readonly additionalProperties?: false;
}

/** What a deleting tool answers, since Twilio answers nothing. */
export const DELETED = { deleted: true } as const;

/** Facts that tell a model what to write. Patterns and lengths of SIDs are said in fewer letters by the description. */
const TOLD = ['enum', 'minimum', 'maximum'];

/** The arguments of a tool: those of its `with`, the body with the form's own fields. Everything is written in place. */
export function inputSchemaOf({ operation, inputs }: Tool, shapes: Shapes): ObjectSchema {
  const shape = shapes.operations.get(operation.name);
  const properties: Record<string, object> = {};
  const required: string[] = [];
  for (const [input, name] of inputs) {
    const parameter = operation.parameters.find((one) => one.name === name);
    if (!parameter) continue;
    properties[input] =
      parameter.in === 'body' ? bodySchema(operation, shape) : parameterSchema(operation, parameter, shape);
    if (isRequired(parameter, shape)) required.push(input);
  }
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** Whether an operation cannot succeed without the parameter. */
function isRequired(parameter: Parameter, shape: OperationShape | undefined): boolean {
  return parameter.required || (parameter.in === 'body' && (shape?.requiredForm.length ?? 0) > 0);
}

/** Open, since `{"Timers": {"Inactive": …}}` is as good as `"Timers.Inactive"`. */
function bodySchema(operation: Operation, shape: OperationShape | undefined): ObjectSchema {
  const fields = Array.from(shape?.form ?? [], ([name, schema]) => [name, told(operation, name, schema)] as const);
  const required = [...(shape?.requiredForm ?? [])];
  return { type: 'object', properties: Object.fromEntries(fields), ...(required.length > 0 && { required }) };
}

function parameterSchema(
  operation: Operation,
  { name, type, ...parameter }: Parameter,
  shape: OperationShape | undefined,
): object {
  const place = parameter.in === 'body' ? undefined : shape?.[parameter.in];
  return told(operation, name, place?.get(name) ?? { type });
}

function told(operation: Operation, name: string, schema: JsonSchema): object {
  const description = describeField(operation, name);
  return { ...plain(schema), ...(description !== undefined && { description }) };
}

/** The same without type lists, which some clients cannot take: `anyOf` in their place. */
function plain(schema: JsonSchema): object {
  const facts = Object.fromEntries(Object.entries(schema).filter(([key]) => TOLD.includes(key)));
  const items = schema['items'] === undefined ? {} : { items: plain(schema['items'] as JsonSchema) };
  const { type } = schema;
  if (!Array.isArray(type)) return { type, ...facts, ...items };
  return { anyOf: type.map((one) => (one === 'null' ? { type: one } : { type: one as unknown, ...facts, ...items })) };
}

/**
 * The answer of a tool. Generous, since server and client refuse what breaks it, and with it a true answer: any field
 * may be null or missing, any may be new, and no value is bound to a list or a format. The records of a list are not
 * told field by field: the tool that fetches one does, and it is the list of tools that pays for each word.
 */
export function outputSchemaOf({ operation }: Tool, shapes: Shapes): ObjectSchema {
  const shape = shapes.operations.get(operation.name);
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
    properties: Object.fromEntries(properties.map(([name, property]) => [name, generous(property)])),
  };
}

function generous(schema: JsonSchema): object {
  const type = typeOf(schema);
  return { anyOf: [type === 'array' ? { type, items: { type: itemType(schema) } } : { type }, { type: 'null' }] };
}

/** Of the published types the one that is not null. */
function typeOf(schema: JsonSchema): unknown {
  const [first = schema] = (schema['anyOf'] as JsonSchema[] | undefined) ?? [];
  return [first['type']].flat().find((one) => one !== 'null') ?? 'object';
}

/** Where Twilio publishes none, as of `media`, its documentation shows objects. */
function itemType(schema: JsonSchema): unknown {
  return typeOf((schema['items'] as JsonSchema | undefined) ?? {});
}
