import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lazy } from '../util/lazy.js';
import { packageFile } from '../util/package-files.js';

/** A JSON Schema (2020-12) of facts: no prose, references as `#/schemas/NAME`. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export type SchemaMap = Readonly<Record<string, JsonSchema>>;

/** `capability/shapes.json`, written by `npm run spec:update`. */
export interface ShapesFile {
  /** Of this format. */
  readonly version: 1;
  /** What the facts were taken from. */
  readonly source: { readonly title: string; readonly version: string; readonly file: string };
  readonly operations: Readonly<Record<string, OperationFacts>>;
  readonly schemas: SchemaMap;
}

/** What Twilio publishes of one operation. */
export interface OperationFacts {
  readonly status: number;
  readonly form?: { readonly properties: SchemaMap; readonly required: readonly string[] };
  readonly parameters: { readonly path?: SchemaMap; readonly query?: SchemaMap; readonly header?: SchemaMap };
  /** Absent when the answer has no body. */
  readonly answer?: JsonSchema;
}

/** What goes into one operation and what comes out. */
export interface OperationShape {
  /** The HTTP status of success. */
  readonly status: number;
  /** Form fields by name; undefined for an operation without a body. */
  readonly form: ReadonlyMap<string, JsonSchema> | undefined;
  readonly requiredForm: readonly string[];
  readonly path: ReadonlyMap<string, JsonSchema>;
  readonly query: ReadonlyMap<string, JsonSchema>;
  readonly header: ReadonlyMap<string, JsonSchema>;
  /**
   * The success answer, references resolved: every known key required and no other allowed, since Twilio always sends
   * every documented key, null when empty. Undefined when there is no body.
   */
  readonly answer: JsonSchema | undefined;
  /** The key of the array, for a list. */
  readonly listKey: string | undefined;
}

/** The published shapes by operation name. */
export interface Shapes {
  readonly source: ShapesFile['source'];
  readonly operations: ReadonlyMap<string, OperationShape>;
  /** Answer schemas by name, strict as in `OperationShape.answer`, references kept. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  /** The success answer with its references kept, for a document that holds `schemas` beside it. */
  readonly answerReferences: ReadonlyMap<string, JsonSchema>;
}

/** The shapes that ship with the package. */
export const packagedShapes = fileURLToPath(packageFile('capability/shapes.json'));

/** The shapes that ship with the package, read once. */
export const loadShapes = lazy(() => shapesOf(JSON.parse(readFileSync(packagedShapes, 'utf8')) as ShapesFile));

/** The shapes of a file at hand. What a start does not need is worked out when it is first asked for. */
export function shapesOf({ source, operations, schemas }: ShapesFile): Shapes {
  const strictSchemas = lazy(() => new Map(Object.entries(schemas).map(([name, schema]) => [name, strict(schema)])));
  const entries = Object.entries(operations);
  const answerReferences = lazy(
    () => new Map(entries.flatMap(([name, { answer }]) => (answer ? [[name, strict(answer)] as const] : []))),
  );
  const resolved = createResolve(strictSchemas);
  return {
    source,
    operations: new Map(entries.map(([name, facts]) => [name, shapeOf(facts, resolved)])),
    get schemas() {
      return strictSchemas();
    },
    get answerReferences() {
      return answerReferences();
    },
  };
}

function shapeOf({ status, form, parameters, answer }: OperationFacts, resolved: Resolve): OperationShape {
  const mapped = (map: SchemaMap = {}) =>
    new Map(Object.entries(map).map(([name, schema]) => [name, resolved(schema)]));
  const resolvedAnswer = answer && lazy(() => resolved(strict(answer)));
  return {
    status,
    form: form && mapped(form.properties),
    requiredForm: form?.required ?? [],
    path: mapped(parameters.path),
    query: mapped(parameters.query),
    header: mapped(parameters.header),
    get answer() {
      return resolvedAnswer?.();
    },
    listKey: Object.keys((answer?.['properties'] as object | undefined) ?? {}).find((key) => key !== 'meta'),
  };
}

/** Every object whose keys are known: all of them, and no other. */
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

/** Puts what a schema refers to in place of its references. */
type Resolve = (schema: JsonSchema) => JsonSchema;

/** The same reference gives the same object, so that operations with one answer have one check as well. */
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
