import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { UnderstudyError } from '../../core/errors.js';
import { lazy } from '../../util/lazy.js';
import type { Call, Form } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import { trustedSchemaOptions } from '../../util/trusted-schema-options.js';

/** A recorded transcript: what was asked, and what Twilio answered. */
export interface Cassette {
  readonly format: 'twilio-understudy cassette';
  readonly version: 1;
  /** Who wrote it, and who was asked: a file that nobody recorded must not look like one. */
  readonly madeBy: { readonly program: string; readonly upstream: string };
  readonly recorded: string;
  /** Whether bodies, names, addresses and identities were replaced. */
  readonly scrubbed: boolean;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedStep {
  readonly operation: string;
  readonly input: RecordedInput;
  readonly answer: RecordedAnswer;
}

/** An input in Twilio's terms, bound as it was sent. */
export interface RecordedInput {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, readonly string[]>>;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent without a body; a text when the answer was no JSON. */
  readonly body?: Json;
}

const texts = { type: 'object', additionalProperties: { type: 'string' } };
const lists = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };

/** The published form of a cassette, for whoever reads or writes one elsewhere. */
export const cassetteSchema = {
  type: 'object',
  required: ['format', 'version', 'madeBy', 'recorded', 'scrubbed', 'steps'],
  additionalProperties: false,
  properties: {
    format: { const: 'twilio-understudy cassette' },
    version: { const: 1 },
    madeBy: object({ program: { type: 'string' }, upstream: { type: 'string' } }),
    recorded: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' },
    scrubbed: { type: 'boolean' },
    steps: {
      type: 'array',
      items: object({
        operation: { type: 'string' },
        input: object({ path: texts, query: lists, headers: texts, form: lists }),
        answer: {
          ...object({ status: { type: 'integer', minimum: 100, maximum: 599 }, headers: texts }),
          additionalProperties: true,
        },
      }),
    },
  },
};

function object(properties: Record<string, object>): object {
  return { type: 'object', required: Object.keys(properties), additionalProperties: false, properties };
}

const compiled = lazy(() => new Ajv2020(trustedSchemaOptions).compile<Cassette>(cassetteSchema));

/** Reads a cassette. @throws UnderstudyError that names the file, the place in it, and the next move. */
export function readCassette(file: string): Cassette {
  if (!existsSync(file)) throw bad(`there is no cassette ${file}: record one with --mode record --cassette ${file}`);
  const value = parse(file);
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    throw bad(`${file} has the format version ${version}, newer than this program knows: update it, or record again`);
  }
  const validate = compiled();
  if (validate(value)) return value;
  const [{ instancePath, message = 'is wrong' } = { instancePath: '' }] = validate.errors ?? [];
  throw bad(`${file} is no cassette: ${instancePath === '' ? 'it' : instancePath} ${message}`);
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw bad(`${file} cannot be read: ${(error as Error).message}`, error);
  }
}

function bad(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_CASSETTE', message, { cause });
}

/** The bound input of a call, as a cassette keeps it. */
export function recordedInputOf({ path, query, headers, form }: Call): RecordedInput {
  return {
    path: Object.fromEntries(path),
    query: plain(query),
    headers: Object.fromEntries(headers),
    form: plain(form),
  };
}

function plain(fields: Form): Record<string, readonly string[]> {
  return Object.fromEntries(fields);
}
