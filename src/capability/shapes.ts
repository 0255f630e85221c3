import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Operation } from '../core/operation.js';
import { lazy } from '../util/lazy.js';
import { packageFile } from '../util/package-files.js';

/** A JSON Schema (2020-12) without descriptions; references have the form `#/schemas/NAME`. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export type SchemaMap = Readonly<Record<string, JsonSchema>>;

/** `capability/shapes.json`, written by `npm run spec:update`. */
export interface ShapesFile {
  /** Of this format. */
  readonly version: 1;
  /** The namespaces of the operations. Operations of other namespaces are not described, whatever their names. */
  readonly namespaces: readonly string[];
  /** The OpenAPI file that was converted. */
  readonly source: { readonly title: string; readonly version: string; readonly file: string };
  /** By plain name. */
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly schemas: SchemaMap;
}

/** What Twilio publishes about one operation. */
export interface OperationFacts {
  readonly status: number;
  /** Further statuses of success, with the same body. */
  readonly otherStatuses?: readonly number[];
  readonly form?: { readonly properties: SchemaMap; readonly required: readonly string[] };
  readonly parameters: { readonly path?: SchemaMap; readonly query?: SchemaMap; readonly header?: SchemaMap };
  /** Absent when the response has no body. */
  readonly answer?: JsonSchema;
}

/** The inputs and the response of one operation. */
export interface OperationShape {
  /** The HTTP status of success. */
  readonly status: number;
  /** Further statuses of success, with the same body. */
  readonly otherStatuses: readonly number[];
  /** Form fields by name; undefined for an operation without a body. */
  readonly form: ReadonlyMap<string, JsonSchema> | undefined;
  readonly requiredForm: readonly string[];
  readonly path: ReadonlyMap<string, JsonSchema>;
  readonly query: ReadonlyMap<string, JsonSchema>;
  readonly header: ReadonlyMap<string, JsonSchema>;
  /**
   * The body of a successful response, with references resolved. Every known key is required and no other is allowed, because Twilio
   * always sends every documented key (null when empty). Undefined when there is no body.
   */
  readonly answer: JsonSchema | undefined;
  /** The same with references kept, for a document that contains `Shapes.schemas`. */
  readonly answerReference: JsonSchema | undefined;
  /** The key of the array in the body of a list. */
  readonly listKey: string | undefined;
}

/** The published shapes of operations. */
export interface Shapes {
  readonly source: ShapesFile['source'];
  /** Undefined for an operation of another product, and when nothing is published about the operation. */
  of(operation: Pick<Operation, 'namespace' | 'name'>): OperationShape | undefined;
  /** Body schemas by name, strict like `OperationShape.answer`, with references kept. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
}

/** The shapes file that ships with the package. */
export const packagedShapes = fileURLToPath(packageFile('capability/shapes.json'));

/** Loads the shapes that ship with the package. */
export const loadShapes = lazy(() => shapesOf(JSON.parse(readFileSync(packagedShapes, 'utf8')) as ShapesFile));

/** Body schemas are built when they are first read, to keep the start fast. */
export function shapesOf({ namespaces, source, operations, schemas }: ShapesFile): Shapes {
  const strictSchemas = lazy(() => new Map(Object.entries(schemas).map(([name, schema]) => [name, strict(schema)])));
  const resolved = createResolve(strictSchemas);
  const known = new Set(namespaces);
  const shapes = new Map(Object.entries(operations).map(([name, facts]) => [name, shapeOf(facts, resolved)]));
  return {
    source,
    of: ({ namespace, name }) => (known.has(namespace) ? shapes.get(name) : undefined),
    get schemas() {
      return strictSchemas();
    },
  };
}

function shapeOf(
  { status, otherStatuses = [], form, parameters, answer }: OperationFacts,
  resolved: Resolve,
): OperationShape {
  const mapped = (map: SchemaMap = {}) =>
    new Map(Object.entries(map).map(([name, schema]) => [name, resolved(schema)]));
  const reference = answer && lazy(() => strict(answer));
  const resolvedAnswer = reference && lazy(() => resolved(reference()));
  return {
    status,
    otherStatuses,
    form: form && mapped(form.properties),
    requiredForm: form?.required ?? [],
    path: mapped(parameters.path),
    query: mapped(parameters.query),
    header: mapped(parameters.header),
    get answer() {
      return resolvedAnswer?.();
    },
    get answerReference() {
      return reference?.();
    },
    listKey: Object.keys((answer?.['properties'] as object | undefined) ?? {}).find((key) => key !== 'meta'),
  };
}

/** Makes every object with known keys require all of them and allow no other. */
function strict(schema: JsonSchema): JsonSchema {
  const properties = schema['properties'] as SchemaMap | undefined;
  if (!properties) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strict(value)])),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

/** Replaces references by the schemas that they refer to. */
type Resolve = (schema: JsonSchema) => JsonSchema;

/** Equal references resolve to the same object, so a validator compiled for one operation serves the others. */
function createResolve(schemas: () => ReadonlyMap<string, JsonSchema>): Resolve {
  const known = new Map<string, unknown>();
  const referred = (name: string): unknown => {
    if (!known.has(name)) known.set(name, resolve(schemas().get(name)));
    return known.get(name);
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== 'object') return value;
    const reference = (value as JsonSchema)['$ref'];
    if (typeof reference === 'string') return referred(referenceName(reference));
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
  };
  return (schema) => resolve(schema) as JsonSchema;
}

/** `#/schemas/service_role` → `service_role`. */
export function referenceName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
