import { existsSync, readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { UnderstudyError } from '../../core/errors.js';
import { lazy } from '../../util/lazy.js';
import type { Call, Form } from '../../core/operation.js';
import type { RecordedFile } from './file.js';
import { visibleForm } from '../../core/redact.js';
import type { Json } from '../../core/body.js';
import { trustedSchemaOptions } from '../../util/trusted-schema-options.js';

/** Recorded calls and Twilio's responses to them. */
export interface Cassette {
  readonly format: 'twilio-understudy cassette';
  readonly version: 1;
  /** The program that wrote the file and the upstream it called, so that a handwritten file does not pass for a recording. */
  readonly madeBy: { readonly program: string; readonly upstream: string };
  /** When the recording began, as an ISO 8601 datetime. */
  readonly recorded: string;
  /** Whether bodies, names, addresses and identities were replaced by pseudonyms. */
  readonly scrubbed: boolean;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedStep {
  readonly operation: string;
  readonly input: RecordedInput;
  readonly answer: RecordedAnswer;
}

/** The input of a call as it was sent to Twilio. */
export interface RecordedInput {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, readonly string[]>>;
}

export interface RecordedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent when the response had no body; a string when it was not JSON. */
  readonly body?: Json;
  /** In place of the body. */
  readonly file?: RecordedFile;
}

const strings = { type: 'object', additionalProperties: { type: 'string' } };
const stringLists = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };

/** JSON Schema of a cassette. */
const cassetteSchema = {
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
        input: object({ path: strings, query: stringLists, headers: strings, form: stringLists }),
        answer: {
          type: 'object',
          required: ['status', 'headers'],
          properties: {
            status: { type: 'integer', minimum: 200, maximum: 599 },
            headers: strings,
            file: {
              type: 'object',
              required: ['size'],
              properties: { size: { type: 'integer', minimum: 0 }, base64: { type: 'string' } },
            },
          },
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

/** Reads and checks a cassette. @throws UnderstudyError with the file, the location in it and what to do */
export function readCassette(file: string): Cassette {
  if (!existsSync(file))
    throw bad(`The cassette ${file} does not exist. Record one with --mode record --cassette ${file}`);
  const value = parse(file);
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1) {
    throw bad(
      `${file} has format version ${version}; this program reads version 1. Update twilio-understudy, or record again.`,
    );
  }
  const validate = compiled();
  if (validate(value)) {
    value.steps.forEach(({ answer }, i) => checkHeaders(answer.headers, `${file}: the response of step ${i + 1}`));
    return value;
  }
  const [{ instancePath, message = 'is invalid' } = { instancePath: '' }] = validate.errors ?? [];
  throw bad(`${file} is not a cassette: ${instancePath === '' ? 'it' : instancePath} ${message}. Record it again.`);
}

/** A header that cannot be sent would make the call fail whenever it is replayed. */
function checkHeaders(headers: RecordedAnswer['headers'], where: string): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (cause) {
      throw bad(
        `${where} has the header ${JSON.stringify(name.slice(0, 100))}, which HTTP cannot carry. Record it again.`,
        cause,
      );
    }
  }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw bad(`The cassette ${file} cannot be read: ${(error as Error).message}`, error);
  }
}

function bad(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_CASSETTE', message, { cause });
}

/** Secret fields are masked, in a recording and in the calls that replay compares with it. */
export function toRecordedInput(call: Call): RecordedInput {
  const { path, query, headers } = call;
  return {
    path: Object.fromEntries(path),
    query: toObject(query),
    headers: Object.fromEntries(headers),
    form: toObject(visibleForm(call)),
  };
}

function toObject(fields: Form): Record<string, readonly string[]> {
  return Object.fromEntries(fields);
}
