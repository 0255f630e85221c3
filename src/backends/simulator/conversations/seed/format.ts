import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { UnderstudyError } from '../../../../core/errors.js';
import { trustedSchemaOptions } from '../../../../util/trusted-schema-options.js';
import { packageFile } from '../../../../util/package-files.js';

/**
 * A named starting state, as YAML. Keys that begin with a capital are Twilio's form fields of the create that the
 * entry stands for, nested or dotted; keys in lower case are ours: a SID to give, what lies inside, what Twilio has no
 * call for (bindings, media, receipts' statuses, being online).
 */
export interface SeedDocument {
  readonly 'understudy-seed': 1;
  readonly services: readonly SeedService[];
}

export interface SeedEntry {
  readonly sid?: string;
  readonly [field: string]: unknown;
}

export interface SeedService extends SeedEntry {
  readonly roles?: readonly SeedEntry[];
  readonly users?: readonly (SeedEntry & { role?: string; online?: boolean })[];
  readonly media?: readonly SeedMedia[];
  readonly bindings?: readonly SeedBinding[];
  readonly configuration?: SeedEntry;
  readonly notifications?: SeedEntry;
  readonly webhooks?: SeedEntry;
  readonly conversations?: readonly SeedConversation[];
}

export interface SeedMedia {
  readonly sid: string;
  readonly size: number;
  readonly content_type: string;
  readonly filename?: string;
}

export interface SeedBinding {
  readonly sid?: string;
  readonly identity: string;
  readonly binding_type: string;
  readonly endpoint: string;
  readonly credential_sid: string;
  readonly message_types: readonly string[];
}

export interface SeedConversation extends SeedEntry {
  readonly participants?: readonly (SeedEntry & { role?: string })[];
  readonly messages?: readonly (SeedEntry & { receipts?: readonly SeedReceipt[] })[];
  readonly webhooks?: readonly SeedEntry[];
}

export interface SeedReceipt {
  readonly to: string;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered';
  readonly error_code?: number;
}

export type SeedPath = readonly (string | number)[];

/** A seed that was read, and where each of its values stands. */
export interface Seed {
  readonly document: SeedDocument;
  /** An error that names the file, the line and the place of a value. */
  fault(path: SeedPath, why: string): UnderstudyError;
}

const sidOf = (prefix: string): object => ({ type: 'string', pattern: `^${prefix}[0-9a-f]{32}$` });
const entry = (own: Record<string, object>): object => ({
  type: 'object',
  properties: own,
  patternProperties: { '^[A-Z]': {} },
  additionalProperties: false,
});
const listOf = (items: object): object => ({ type: 'array', items });
const string = { type: 'string', minLength: 1 };

const receipt = {
  type: 'object',
  properties: {
    to: string,
    status: { enum: ['sent', 'delivered', 'read', 'failed', 'undelivered'] },
    error_code: { type: 'integer', minimum: 0 },
  },
  required: ['to', 'status'],
  additionalProperties: false,
};

const schema = {
  type: 'object',
  properties: {
    'understudy-seed': { const: 1 },
    services: listOf(
      entry({
        sid: sidOf('IS'),
        roles: listOf(entry({ sid: sidOf('RL') })),
        users: listOf(entry({ sid: sidOf('US'), role: string, online: { type: 'boolean' } })),
        media: listOf({
          type: 'object',
          properties: {
            sid: sidOf('ME'),
            size: { type: 'integer', minimum: 0 },
            content_type: string,
            filename: string,
          },
          required: ['sid', 'size', 'content_type'],
          additionalProperties: false,
        }),
        bindings: listOf({
          type: 'object',
          properties: {
            sid: sidOf('BS'),
            identity: string,
            binding_type: { enum: ['apn', 'gcm', 'fcm', 'twilsock'] },
            endpoint: string,
            credential_sid: sidOf('CR'),
            message_types: listOf({ enum: ['new_message', 'added_to_conversation', 'removed_from_conversation'] }),
          },
          required: ['identity', 'binding_type', 'endpoint', 'credential_sid', 'message_types'],
          additionalProperties: false,
        }),
        configuration: entry({}),
        notifications: entry({}),
        webhooks: entry({}),
        conversations: listOf(
          entry({
            sid: sidOf('CH'),
            participants: listOf(entry({ sid: sidOf('MB'), role: string })),
            messages: listOf(entry({ sid: sidOf('IM'), receipts: listOf(receipt) })),
            webhooks: listOf(entry({ sid: sidOf('WH') })),
          }),
        ),
      }),
    ),
  },
  required: ['understudy-seed', 'services'],
  additionalProperties: false,
};

const shipped = packageFile('fixtures/seeds/');

/** The seeds that ship, each with the sentence that it begins with. */
export function shippedSeeds(): { readonly name: string; readonly about: string }[] {
  return readdirSync(shipped)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const [about = ''] = readFileSync(new URL(file, shipped), 'utf8').split('\n', 1);
      return { name: file.replace(/\.yaml$/, ''), about: about.replace(/^# */, '') };
    });
}

/** Reads a seed: the name of one that ships, or a file. */
export function readSeed(nameOrFile: string): Seed {
  const named = new URL(`${nameOrFile}.yaml`, shipped);
  const file = /^[a-z0-9-]+$/.test(nameOrFile) && existsSync(named) ? fileURLToPath(named) : nameOrFile;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const names = readdirSync(shipped).map((name) => name.replace(/\.yaml$/, ''));
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_SEED',
      `There is no seed "${nameOrFile}". Name a file, or one of those that ship: ${names.join(', ')}.`,
    );
  }
  return parseSeed(text, file);
}

/** Reads a seed's text. @throws UnderstudyError with the line of the first fault. */
export function parseSeed(text: string, file: string): Seed {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines });
  const at = (line: number, why: string): UnderstudyError =>
    new UnderstudyError('UNDERSTUDY_BAD_SEED', `${file}:${line}: ${why}`);

  const [mistake] = yaml.errors;
  if (mistake !== undefined) throw at(lines.linePos(mistake.pos[0]).line, mistake.message.split('\n')[0] ?? '');

  const fault = (path: SeedPath, why: string): UnderstudyError => {
    // A missing value has no place of its own, so its nearest container is named.
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const node = yaml.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) {
        return at(lines.linePos(node.range[0]).line, `${spell(path)}${path.length > 0 ? ': ' : ''}${why}`);
      }
    }
    return at(1, why);
  };

  const document: unknown = yaml.toJS();
  const validate = new Ajv2020(trustedSchemaOptions).compile(schema);
  if (!validate(document)) {
    const [error] = validate.errors ?? [];
    const extra = error?.params['additionalProperty'] as string | undefined;
    const path = (error?.instancePath ?? '')
      .split('/')
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
    if (extra === undefined) throw fault(path, describe(error));
    throw fault([...path, extra], 'a seed has no such key here (Twilio form fields begin with a capital)');
  }
  return { document: document as unknown as SeedDocument, fault };
}

function describe(error: { message?: string; params: Record<string, unknown> } | undefined): string {
  const allowed = error?.params['allowedValues'] ?? error?.params['allowedValue'];
  return `${error?.message ?? 'is not valid'}${allowed === undefined ? '' : ` (${JSON.stringify(allowed)})`}`;
}

/** `services[0].users[2].Identity` */
function spell(path: SeedPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');
}
