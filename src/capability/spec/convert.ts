import type { JsonSchema, OperationFacts, SchemaMap, ShapesFile } from '../shapes.js';
import { referenceName } from '../shapes.js';

/** The parts of Twilio's OpenAPI file that we read. */
export interface OpenApiFile {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: SchemaMap };
}

interface OpenApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

interface Media {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: Readonly<Record<string, unknown>> }>>;
}

type Example = Readonly<Record<string, unknown>>;

/** Facts that mean the same in OpenAPI 3.0 and in JSON Schema. Everything else (prose above all) is left behind. */
const KEPT = [
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
const KEPT_FORMATS = ['date-time', 'uri'];
const FORM = 'application/x-www-form-urlencoded';

/** Takes the facts of the named operations out of Twilio's OpenAPI file. Keys are sorted: a new file gives a readable diff. */
export function convertSpec(spec: OpenApiFile, file: string, names: readonly string[]): ShapesFile {
  const published = new Map<string, OpenApiOperation>();
  for (const item of Object.values(spec.paths)) {
    for (const operation of Object.values(item)) {
      if (isOperation(operation)) published.set(operation.operationId.toLowerCase(), operation);
    }
  }
  const wanted = names.map((name) => {
    const operation = published.get(name);
    if (!operation) throw new Error(`${file} has no operation ${name}. Is it Twilio's description of Conversations?`);
    return [name, operation] as const;
  });
  const examples = new Map<string, Example[]>();
  for (const [, operation] of wanted) collectExamples(operation, examples);

  const schemas: Record<string, JsonSchema> = {};
  const facts = (schema: JsonSchema): JsonSchema => {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return plainFacts(schema, facts);
    const name = shortName(reference);
    if (!schemas[name]) {
      const target = spec.components.schemas[referenceName(reference)] ?? {};
      schemas[name] = {}; // Holds the place while a schema that refers to itself is read.
      schemas[name] = withExamples(plainFacts(target, facts), target, examples.get(name) ?? []);
    }
    return { $ref: `#/schemas/${name}` };
  };
  const operations = Object.fromEntries(
    wanted.map(([name, operation]) => [name, operationFacts(operation, facts, schemas)]),
  );
  const { title, version } = spec.info;
  return sorted({ version: 1, source: { title, version, file }, operations, schemas }) as ShapesFile;
}

function isOperation(value: unknown): value is OpenApiOperation {
  return value !== null && typeof value === 'object' && 'operationId' in value;
}

function operationFacts(
  { parameters = [], requestBody, responses }: OpenApiOperation,
  facts: (schema: JsonSchema) => JsonSchema,
  schemas: Record<string, JsonSchema>,
): OperationFacts {
  const of = (place: string) => {
    const found = parameters.filter((parameter) => parameter.in === place);
    return found.length > 0 && { [place]: Object.fromEntries(found.map(({ name, schema }) => [name, facts(schema)])) };
  };
  const [status = '', response] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? [];
  const answer = response?.content?.['application/json']?.schema;
  const form = requestBody?.content[FORM]?.schema;
  return {
    status: Number(status),
    ...(form && { form: formFacts(form, facts) }),
    parameters: { ...of('path'), ...of('query'), ...of('header') },
    ...(answer && { answer: answerFacts(answer, facts, schemas) }),
  };
}

function formFacts(form: JsonSchema, facts: (schema: JsonSchema) => JsonSchema) {
  const { properties = {}, required = [] } = form as { properties?: SchemaMap; required?: readonly string[] };
  return { properties: mapValues(properties, facts), required: [...required].sort() };
}

/** A resource is a reference already; of a list the `meta`, written out anew in each list, is made one as well. */
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
  for (const key of KEPT) if (schema[key] !== undefined) result[key] = schema[key];
  if (KEPT_FORMATS.includes(String(schema['format']))) result['format'] = schema['format'];
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
 * What only the file's own examples tell: its schemas give no names of links and no type for nested objects, and some
 * call a field never null that an example shows null (`method` of a service without webhooks).
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
    const nullShown = values.includes(null) && !untyped && sources[key]?.['nullable'] !== true;
    return [key, nullShown ? nullable(property) : property];
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

/** An example's resources with the reference to their schema: one for a resource, each item for a list. */
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
