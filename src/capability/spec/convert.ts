import type { Operation } from '../../core/operation.js';
import { type JsonSchema, type OperationFacts, referenceName, type SchemaMap, type ShapesFile } from '../shapes.js';
import { addressOf } from '../surfaces.js';

/** The parts of Twilio's OpenAPI file that we read. */
export interface OpenApiFile {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: SchemaMap };
}

interface OpenApiOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

interface Media {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>;
}

type Example = Readonly<Record<string, unknown>>;

/** Keywords with the same meaning in OpenAPI 3.0 and JSON Schema. All others, such as descriptions, are dropped. */
const KEYWORDS = [
  'type',
  'pattern',
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
];
const FORMATS = ['date-time', 'uri'];
const FORM = 'application/x-www-form-urlencoded';

/** An operation of the capability whose published facts are wanted. */
export type WantedOperation = Pick<Operation, 'namespace' | 'name' | 'method' | 'path'>;

/**
 * Extracts what Twilio's OpenAPI file publishes about the operations. Keys are sorted, so diffs are readable.
 * @throws Error when the file does not describe an operation, or two operations have the same name
 */
export function convertSpec(spec: OpenApiFile, file: string, operations: readonly WantedOperation[]): ShapesFile {
  const published = new Map<string, OpenApiOperation>();
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (isOperation(operation)) published.set(addressOf(method, path), operation);
    }
  }
  const wanted = new Map<string, OpenApiOperation>();
  for (const { name, method, path } of operations) {
    const operation = published.get(addressOf(method, path));
    if (!operation) {
      throw new Error(
        `${file} has no operation ${method} ${path} (${name}). Is it Twilio's description of Conversations?`,
      );
    }
    if (wanted.has(name)) throw new Error(`Two operations are named ${name}. Give them separate shapes files.`);
    wanted.set(name, operation);
  }
  const examples = new Map<string, Example[]>();
  for (const operation of wanted.values()) collectExamples(operation, examples);

  const schemas: Record<string, JsonSchema> = {};
  const facts = (schema: JsonSchema): JsonSchema => {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return plainFacts(schema, facts);
    const name = shortName(reference);
    if (!schemas[name]) {
      const target = spec.components.schemas[referenceName(reference)] ?? {};
      schemas[name] = {}; // Ends the recursion of a schema that refers to itself.
      schemas[name] = withExamples(plainFacts(target, facts), target, examples.get(name) ?? []);
    }
    return { $ref: `#/schemas/${name}` };
  };
  const { title, version } = spec.info;
  return sorted({
    version: 1,
    namespaces: [...new Set(operations.map(({ namespace }) => namespace))].sort(),
    source: { title, version, file },
    operations: Object.fromEntries(
      Array.from(wanted, ([name, operation]) => [name, operationFacts(operation, facts, schemas)]),
    ),
    schemas,
  }) as ShapesFile;
}

function isOperation(value: unknown): value is OpenApiOperation {
  return value !== null && typeof value === 'object' && 'responses' in value;
}

function operationFacts(
  { parameters = [], requestBody, responses }: OpenApiOperation,
  facts: (schema: JsonSchema) => JsonSchema,
  schemas: Record<string, JsonSchema>,
): OperationFacts {
  const parametersIn = (location: string) => {
    const found = parameters.filter((parameter) => parameter.in === location);
    const named = found.map(({ name, schema }) => [name, facts(schema)] as const);
    return named.length > 0 && { [location]: Object.fromEntries(named) };
  };
  const [[status, response] = ['', undefined], ...others] = Object.entries(responses).filter(([code]) =>
    code.startsWith('2'),
  );
  const answer = response?.content?.['application/json']?.schema;
  const form = requestBody?.content[FORM]?.schema;
  return {
    status: Number(status),
    ...(others.length > 0 && { otherStatuses: others.map(([code]) => Number(code)) }),
    ...(form && { form: formFacts(form, facts) }),
    parameters: { ...parametersIn('path'), ...parametersIn('query'), ...parametersIn('header') },
    ...(answer && { answer: answerFacts(answer, facts, schemas) }),
  };
}

function formFacts(form: JsonSchema, facts: (schema: JsonSchema) => JsonSchema) {
  const { properties = {}, required = [] } = form as { properties?: SchemaMap; required?: readonly string[] };
  return { properties: mapValues(properties, facts), required: [...required].sort() };
}

/** The body of a list repeats the schema of `meta`; make it a reference. Resources are references already. */
function answerFacts(
  answer: JsonSchema,
  facts: (schema: JsonSchema) => JsonSchema,
  schemas: Record<string, JsonSchema>,
): JsonSchema {
  const { meta, ...rest } = (answer['properties'] as SchemaMap | undefined) ?? {};
  if (!meta) return facts(answer);
  schemas['meta'] = facts(meta);
  return { type: 'object', properties: { ...mapValues(rest, facts), meta: { $ref: '#/schemas/meta' } } };
}

function plainFacts(schema: JsonSchema, facts: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const result: Record<string, unknown> = {};
  for (const key of KEYWORDS) if (schema[key] !== undefined) result[key] = schema[key];
  if (FORMATS.includes(String(schema['format']))) result['format'] = schema['format'];
  if (Array.isArray(schema['enum'])) result['enum'] = schema['enum'].map(String).toSorted();
  if (schema['items']) result['items'] = facts(schema['items'] as JsonSchema);
  if (schema['properties']) result['properties'] = mapValues(schema['properties'] as SchemaMap, facts);
  return schema['nullable'] === true ? nullable(result) : result;
}

function nullable(schema: JsonSchema): JsonSchema {
  if (schema['$ref'] !== undefined) return { anyOf: [schema, { type: 'null' }] };
  const { type } = schema;
  return typeof type === 'string' ? { ...schema, type: [type, 'null'] } : schema;
}

/**
 * Adds what only the file's examples show: the names of links, the type of nested objects, and null values in fields
 * whose schema is not nullable (such as `method` of a service without webhooks).
 */
function withExamples(schema: JsonSchema, source: JsonSchema, examples: readonly Example[]): JsonSchema {
  if (!schema['properties']) return schema;
  const sources = source['properties'] as SchemaMap;
  const properties = Object.entries(schema['properties'] as SchemaMap).map(([key, known]) => {
    const values = examples.map((example) => example[key]).filter((value) => value !== undefined);
    const objects = values.filter(
      (value): value is object => value !== null && typeof value === 'object' && !Array.isArray(value),
    );
    const untyped = Object.keys(known).length === 0;
    let property = known;
    if (untyped && objects.length > 0) property = nullable({ type: 'object' });
    if (sources[key]?.['format'] === 'uri-map') {
      const names = [...new Set(objects.flatMap((value) => Object.keys(value)))];
      property = {
        ...property,
        properties: Object.fromEntries(names.map((name) => [name, { type: 'string', format: 'uri' }])),
      };
    }
    const isNullShown = values.includes(null) && !untyped && sources[key]?.['nullable'] !== true;
    return [key, isNullShown ? nullable(property) : property];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

function collectExamples(operation: OpenApiOperation, examples: Map<string, Example[]>): void {
  for (const { content } of Object.values(operation.responses)) {
    const media = content?.['application/json'];
    for (const { value } of Object.values(media?.examples ?? {})) {
      for (const [schema, shown] of shownResources(media?.schema ?? {}, value)) {
        const name = shortName(schema);
        examples.set(name, [...(examples.get(name) ?? []), ...shown]);
      }
    }
  }
}

/** The resources in an example, by the reference to their schema: the value itself, or the items of a list. */
function shownResources(schema: JsonSchema, value: Example): [string, Example[]][] {
  if (typeof schema['$ref'] === 'string') return [[schema['$ref'], [value]]];
  return Object.entries((schema['properties'] as SchemaMap | undefined) ?? {}).flatMap(([key, property]) => {
    const reference = (property['items'] as JsonSchema | undefined)?.['$ref'];
    return typeof reference === 'string'
      ? [[reference, (value[key] as Example[] | undefined) ?? []] as [string, Example[]]]
      : [];
  });
}

/** `#/components/schemas/conversations.v1.service.service_role` → `service_role`. */
function shortName(reference: string): string {
  const name = referenceName(reference);
  return name.slice(name.lastIndexOf('.') + 1);
}

function mapValues(map: SchemaMap, change: (schema: JsonSchema) => JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}
