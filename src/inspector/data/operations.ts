import { requestJson } from './api.js';
import type { FieldSchema, FormValues } from './types.js';

/** What is done with a resource, in the terms of the capability files. */
export interface OperationKey {
  /** Twilio's resource, by the names in its path, e.g. `Conversations/Webhooks`. */
  readonly noun: string;
  readonly verb: 'create' | 'update' | 'delete';
  readonly scope: 'account' | 'service';
}

/** An operation of the REST surface. */
export interface OperationForm {
  readonly method: string;
  readonly path: string;
  /** In Twilio's spelling, e.g. `AutoCreation.Enabled`. */
  readonly fields: readonly (readonly [name: string, schema: FieldSchema])[];
  readonly required: ReadonlySet<string>;
  /** Whether the operation accepts the header that makes a write fire webhooks. */
  readonly canFireWebhooks: boolean;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, FieldSchema>> };
}

interface DescribedOperation {
  readonly 'x-twilio-operation': { readonly noun: string; readonly verb: string; readonly scope: string };
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: BodySchema }>>;
  };
}

interface BodySchema {
  readonly properties: Readonly<Record<string, FieldSchema & { readonly $ref?: string }>>;
  readonly required?: readonly string[];
}

const FORM = 'application/x-www-form-urlencoded';
const WEBHOOK_HEADER = 'X-Twilio-Webhook-Enabled';
/** The REST surface is beside the page's own folder. */
const ROOT = '..';

let description: Promise<Description> | undefined;

/** @returns undefined if the loaded capability has no such operation */
export async function findOperation({ noun, verb, scope }: OperationKey): Promise<OperationForm | undefined> {
  description ??= requestJson<Description>(`${ROOT}/openapi.json`);
  const { paths, components } = await description.catch((error: unknown) => {
    description = undefined;
    throw error;
  });
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const key = operation['x-twilio-operation'];
      if (key.noun === noun && key.verb === verb && key.scope === scope)
        return formOf(method.toUpperCase(), path, operation, components.schemas);
    }
  }
  return undefined;
}

function formOf(
  method: string,
  path: string,
  { parameters, requestBody }: DescribedOperation,
  schemas: Description['components']['schemas'],
): OperationForm {
  const schema = requestBody?.content[FORM]?.schema;
  const fields = Object.entries(schema?.properties ?? {}).map(([name, field]) => {
    const { $ref, ...rest } = field;
    return [name, { ...schemas[$ref?.split('/').at(-1) ?? ''], ...rest }] as const;
  });
  return {
    method,
    path,
    fields,
    required: new Set(schema?.required),
    canFireWebhooks: parameters.some((each) => each.in === 'header' && each.name === WEBHOOK_HEADER),
  };
}

export interface OperationInput {
  /** The SIDs in the path by placeholder, e.g. `ChatServiceSid`. */
  readonly path: Readonly<Record<string, string>>;
  readonly fields?: FormValues;
  readonly firesWebhooks?: boolean;
}

/** Calls an operation through the REST surface. @throws ApiError with Twilio's code and message if it is refused */
export function callOperation<T>(operation: OperationForm, input: OperationInput): Promise<T> {
  const { path, fields = {}, firesWebhooks = false } = input;
  const byName = new Map(Object.entries(path).map(([name, sid]) => [name.toLowerCase(), sid]));
  const url = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(byName.get(name.toLowerCase()) ?? ''),
  );
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of typeof value === 'string' ? [value] : value) body.append(name, each);
  }
  const hasBody = operation.method === 'POST';
  return requestJson<T>(ROOT + url, {
    method: operation.method,
    headers: {
      ...(hasBody ? { 'content-type': FORM } : {}),
      ...(firesWebhooks ? { [WEBHOOK_HEADER]: 'true' } : {}),
    },
    ...(hasBody ? { body: body.toString() } : {}),
  });
}
