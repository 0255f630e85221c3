import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { UnderstudyError } from '../../../../core/errors.js';
import { closeMatch } from '../../../../util/did-you-mean.js';
import { lazy } from '../../../../util/lazy.js';
import { trustedSchemaOptions } from '../../../../util/trusted-schema-options.js';
import { packageFile } from '../../../../util/package-files.js';
import { lineAt, readYaml, YamlSyntaxError } from './yaml-text.js';

/**
 * A named starting state, as YAML. Keys that begin with a capital are Twilio's form fields for creating the entry, nested
 * or dotted. Keys in lower case are ours: the SID to use, the contents of the entry, and what Twilio has no operation for
 * (bindings, media, statuses of receipts, users being online).
 */
export interface SeedDocument {
  readonly 'understudy-seed': 1;
  /** The account's push credentials. */
  readonly credentials?: readonly SeedEntry[];
  readonly services: readonly SeedService[];
  /** The account's configuration and webhooks. */
  readonly configuration?: SeedEntry;
  readonly webhooks?: SeedEntry;
  /** The account's address configurations. */
  readonly addresses?: readonly SeedEntry[];
}

export interface SeedEntry {
  readonly sid?: string;
  readonly [field: string]: unknown;
}

export interface SeedService extends SeedEntry {
  /** Whether account-level paths act on this service. */
  readonly default?: boolean;
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
  readonly size?: number;
  /** The bytes. Without them, a file can be named by messages, but not downloaded. */
  readonly base64?: string;
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

/** A parsed seed. */
export interface Seed {
  readonly document: () => SeedDocument;
  /** The number of its entries. */
  readonly size: number;
  /** An error with the file, the line and the path of a value. */
  errorAt(path: SeedPath, reason: string): UnderstudyError;
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
    credentials: listOf(entry({ sid: sidOf('CR') })),
    configuration: entry({}),
    webhooks: entry({}),
    addresses: listOf(entry({ sid: sidOf('IG') })),
    services: listOf(
      entry({
        sid: sidOf('IS'),
        default: { type: 'boolean' },
        roles: listOf(entry({ sid: sidOf('RL') })),
        users: listOf(entry({ sid: sidOf('US'), role: string, online: { type: 'boolean' } })),
        media: listOf({
          type: 'object',
          properties: {
            sid: sidOf('ME'),
            size: { type: 'integer', minimum: 0 },
            base64: { type: 'string', minLength: 1, pattern: '^[A-Za-z0-9+/=\\s]+$' },
            content_type: string,
            filename: string,
          },
          required: ['sid', 'content_type'],
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

const compiledSchema = lazy(() => new Ajv2020({ ...trustedSchemaOptions, verbose: true }).compile(schema));

const folder = packageFile('fixtures/seeds/');

/** The packaged seeds, each with the sentence in its first line. */
export function packagedSeeds(): { readonly name: string; readonly about: string }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const [about = ''] = readFileSync(new URL(file, folder), 'utf8').split('\n', 1);
      return { name: file.replace(/\.yaml$/, ''), about: about.replace(/^# */, '') };
    });
}

/** Parsing a larger seed takes a second or more. In characters. */
const LONG_TEXT = 5_000_000;

/**
 * Reads a packaged seed by name, or a file.
 * @param onLarge called with the size of a seed that takes long to parse, before it is parsed
 */
export function readSeed(nameOrFile: string, onLarge?: (size: number) => void): Seed {
  const packaged = new URL(`${nameOrFile}.yaml`, folder);
  const file = /^[a-z0-9-]+$/.test(nameOrFile) && existsSync(packaged) ? fileURLToPath(packaged) : nameOrFile;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    const names = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ''));
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_SEED',
      `There is no seed "${nameOrFile}". Use a file, or one of the packaged seeds: ${names.join(', ')}.`,
    );
  }
  if (text.length > LONG_TEXT) onLarge?.(text.length);
  return parseSeed(text, file);
}

/** Entries of a seed: services, conversations, messages, and so on. Writing a million takes about a minute. */
export const MAX_ENTRIES = 1_000_000;

/**
 * Parses a seed.
 * @param maxEntries fewer for a seed that a caller sends, because writing one blocks the server
 * @throws UnderstudyError with the line of the first error
 */
export function parseSeed(text: string, file: string, maxEntries = MAX_ENTRIES): Seed {
  try {
    return parse(text, file, maxEntries);
  } catch (error) {
    if (error instanceof UnderstudyError) throw error;
    // Too many aliases, or nested too deeply.
    throw new UnderstudyError('UNDERSTUDY_BAD_SEED', `${file} cannot be read: ${(error as Error).message}.`);
  }
}

function parse(text: string, file: string, maxEntries: number): Seed {
  const errorIn = (line: number, reason: string): UnderstudyError =>
    new UnderstudyError('UNDERSTUDY_BAD_SEED', `${file}:${line}: ${reason}`);
  const errorAt = (path: SeedPath, reason: string): UnderstudyError =>
    errorIn(lineAt(text, path), path.length > 0 ? `${formatPath(path)}: ${reason}` : reason);

  let document: unknown;
  try {
    document = readYaml(text);
  } catch (error) {
    throw error instanceof YamlSyntaxError ? errorIn(error.line, error.message) : error;
  }
  const validate = compiledSchema();
  if (!validate(document)) {
    const [error] = validate.errors ?? [];
    const extra = error?.params['additionalProperty'] as string | undefined;
    const path = (error?.instancePath ?? '')
      .split('/')
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
    if (extra === undefined) throw errorAt(path, describe(error));
    const known = Object.keys((error?.parentSchema as { properties?: object } | undefined)?.properties ?? {});
    const hint = closeMatch(extra, known);
    throw errorAt(
      [...path, extra],
      `a seed has no such key here (Twilio form fields begin with a capital)${hint && `.${hint}`}`,
    );
  }
  const size = countEntries(document);
  if (size <= maxEntries) return { document: heldDocument(text, document as unknown as SeedDocument), size, errorAt };
  throw errorIn(1, `the seed has ${size} entries, but at most ${maxEntries} are allowed here. Import a world instead`);
}

/** In characters. */
const MAX_HELD_TEXT = 1_000_000;

/** A large document is read again for each world after the first: it takes three times the memory of its text. */
function heldDocument(text: string, document: SeedDocument): () => SeedDocument {
  let held: SeedDocument | undefined = document;
  return () => {
    const value = held ?? (readYaml(text) as SeedDocument);
    held = text.length > MAX_HELD_TEXT ? undefined : value;
    return value;
  };
}

/** The number of objects in the lists of a seed. An alias counts as often as it occurs. */
export function countEntries(value: object): number {
  let count = 0;
  for (const [key, part] of Object.entries(value) as [string, unknown][]) {
    if (/^[A-Z]/.test(key) || !Array.isArray(part)) continue;
    for (const each of part as unknown[]) {
      if (typeof each === 'object' && each !== null) count += 1 + countEntries(each);
    }
  }
  return count;
}

function describe(error: { message?: string; params: Record<string, unknown> } | undefined): string {
  const allowed = error?.params['allowedValues'] ?? error?.params['allowedValue'];
  return `${error?.message ?? 'is not valid'}${allowed === undefined ? '' : ` (${JSON.stringify(allowed)})`}`;
}

/** `services[0].users[2].Identity` */
function formatPath(path: SeedPath): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`)).join('');
}
