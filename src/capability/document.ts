import type { HttpMethod, Parameter } from '../core/operation.js';

/** The parts of a capability file that we accept, with the file's own names. */
export interface CapabilityDocument {
  readonly naftiko: string;
  readonly info: { readonly label: string; readonly description?: string };
  readonly binds?: readonly { readonly namespace: string; readonly keys: Readonly<Record<string, string>> }[];
  readonly capability: {
    readonly consumes: readonly [ConsumesEntry];
    readonly exposes: readonly ExposesEntry[];
  };
}

export interface ConsumesEntry {
  readonly type: 'http';
  readonly namespace: string;
  readonly baseUri: string;
  readonly resources: readonly {
    readonly name: string;
    readonly path: string;
    readonly operations: readonly OperationEntry[];
  }[];
  readonly authentication?: { readonly type: 'basic'; readonly username: string; readonly password: string };
}

export interface OperationEntry {
  readonly name: string;
  readonly method: HttpMethod;
  readonly description?: string;
  readonly inputParameters?: readonly ParameterEntry[];
}

export interface ParameterEntry {
  readonly name: string;
  readonly in: Parameter['in'];
  readonly type: Parameter['type'];
  readonly description?: string;
  readonly required?: boolean;
}

type ExposesEntry = RestEntry | McpEntry;

export interface RestEntry {
  readonly type: 'rest';
  readonly namespace: string;
  readonly port: number;
  readonly resources: readonly {
    readonly name?: string;
    readonly path: string;
    readonly operations: readonly RouteEntry[];
  }[];
}

export interface McpEntry {
  readonly type: 'mcp';
  readonly namespace: string;
  readonly port: number;
  readonly tools: readonly ToolEntry[];
}

/** The common part of a REST operation and an MCP tool: a call to a consumed operation. */
export interface ExposedEntry {
  readonly name: string;
  readonly description?: string;
  readonly call: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly inputParameters?: readonly { readonly name: string }[];
  readonly outputParameters?: readonly {
    readonly type: string;
    readonly mapping?: string;
    readonly properties?: object;
  }[];
}

interface RouteEntry extends ExposedEntry {
  readonly method: HttpMethod;
}

interface ToolEntry extends ExposedEntry {
  readonly hints?: { readonly readOnly?: boolean; readonly destructive?: boolean; readonly idempotent?: boolean };
}

const text = { type: 'string', minLength: 1 };
const port = { type: 'integer', minimum: 1, maximum: 65_535 };
const path = { type: 'string', pattern: '^/' };
const method = { enum: ['GET', 'POST', 'DELETE'] };

/** Unknown keys are an error: a key that we ignored could promise something that we do not do. */
function closed(required: Record<string, object>, optional: Record<string, object> = {}) {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

function listOf(items: object) {
  return { type: 'array', minItems: 1, items };
}

const parameter = closed(
  {
    name: text,
    in: { enum: ['path', 'query', 'header', 'body'] },
    type: { enum: ['string', 'integer', 'number', 'boolean', 'array', 'object'] },
  },
  { description: text, required: { type: 'boolean' } },
);

const output = { type: 'object' };

const consumes = closed(
  {
    type: { const: 'http' },
    namespace: text,
    baseUri: { type: 'string', pattern: '^https?://' },
    resources: listOf(
      closed(
        {
          name: text,
          path,
          operations: listOf(
            closed(
              { name: text, method },
              {
                description: text,
                outputRawFormat: { const: 'json' },
                outputParameters: listOf(output),
                inputParameters: listOf(parameter),
              },
            ),
          ),
        },
        { description: text },
      ),
    ),
  },
  {
    description: text,
    authentication: closed({ type: { const: 'basic' }, username: text, password: text }),
  },
);

const exposed = {
  description: text,
  with: { type: 'object', additionalProperties: text },
  inputParameters: listOf({ type: 'object', properties: { name: text }, required: ['name'] }),
  outputParameters: listOf(output),
};

const hints = closed(
  {},
  { readOnly: { type: 'boolean' }, destructive: { type: 'boolean' }, idempotent: { type: 'boolean' } },
);

const rest = closed(
  {
    type: { const: 'rest' },
    namespace: text,
    port,
    resources: listOf(
      closed(
        { path, operations: listOf(closed({ name: text, method, call: text }, exposed)) },
        { name: text, description: text },
      ),
    ),
  },
  { description: text },
);

const mcp = closed(
  {
    type: { const: 'mcp' },
    namespace: text,
    port,
    tools: listOf(
      closed({ name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }, call: text }, { ...exposed, hints }),
    ),
  },
  { description: text, transport: { enum: ['http', 'stdio'] } },
);

/** JSON Schema of CapabilityDocument. `info` and `binds` may have further keys. */
export const documentSchema = {
  ...closed(
    {
      naftiko: text,
      info: { type: 'object', properties: { label: text }, required: ['label'] },
      capability: closed({
        consumes: { ...listOf(consumes), maxItems: 1 },
        exposes: {
          ...listOf({
            type: 'object',
            discriminator: { propertyName: 'type' },
            required: ['type'],
            oneOf: [rest, mcp],
          }),
          maxItems: 2,
        },
      }),
    },
    {
      binds: listOf({
        type: 'object',
        properties: { namespace: text, keys: { type: 'object', additionalProperties: text } },
        required: ['namespace', 'keys'],
      }),
    },
  ),
};
