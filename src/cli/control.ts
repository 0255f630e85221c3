import { once } from 'node:events';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { JsonObject } from '../core/body.js';
import { UnderstudyError } from '../core/errors.js';
import { CONTROL_BASE, pathOf } from '../surfaces/control/paths.js';
import type { CliCommand } from './command.js';
import { flag } from './flags.js';
import { nonEmpty } from './option-values.js';
import { type Connection, type ConnectionRequest, requestJson, sendTo } from './running-understudy.js';
import { urlOption } from './url-option.js';

export interface ControlSettings extends Connection {
  /** Name of the control. Undefined: list all controls. */
  readonly control?: string | undefined;
  /** Inputs as `key=value`, or `key@file` for a value in a file. */
  readonly values: readonly string[];
}

/** `understudy control clock.advance by=PT1H` */
export const control: CliCommand<ControlSettings> = {
  name: 'control',
  description: 'control a running understudy: advance its clock, simulate an inbound message, …',
  helpGroup: 'Use a running understudy:',
  examples: [
    'understudy control                                 # list all controls',
    'understudy control clock.advance by=PT1H',
    'understudy control inbound.message from=+15557770101 to=+15558880001 body="Hello"',
    'understudy control worlds.import document@world.json',
  ],
  configure(command) {
    command
      .argument('[name]', 'the control, e.g. clock.advance (default: list all controls)')
      .argument('[values...]', 'its inputs: key=value, as JSON if not a string, or key@file for the contents of a file')
      .addOption(urlOption())
      .addOption(flag('--world <sid>', 'account SID of the world (default: the default account)', nonEmpty))
      .addOption(flag('--token <secret>', 'token of the understudy', nonEmpty));
  },
  readSettings(command) {
    const [name, ...values] = command.args;
    return { ...command.opts<Connection>(), control: name, values };
  },
  async run(settings) {
    for await (const text of runControl(settings)) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    }
    return undefined;
  },
};

/** The result of a control that is larger than this is printed as it arrives. In bytes. */
const MAX_INDENTED = 8 * 1024 * 1024;
/** A file that is larger than this must be JSON. In bytes. */
const MAX_FORM = 32 * 1024 * 1024;

/**
 * Runs one control, or lists them all. Returns the text to print.
 * @throws UnderstudyError with the server's message if the server refuses
 */
async function* runControl({
  control: name,
  values,
  ...connection
}: ControlSettings): AsyncGenerator<string | Uint8Array> {
  if (name === undefined) {
    yield listControls(await requestJson(connection, '/openapi.json'));
    return;
  }
  const { body } = await sendTo(connection, ...requestOf(name, values.map(splitValue)));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length <= MAX_INDENTED) chunks.push(chunk);
    else {
      yield* chunks.splice(0);
      yield chunk;
    }
  }
  yield length > MAX_INDENTED ? '\n' : `${JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()), null, 2)}\n`;
}

/** The path and the body of a request. A large file becomes a part of the JSON as it is read; other values are in the query. */
function requestOf(name: string, values: readonly Value[]): [path: string, request: ConnectionRequest] {
  const path = pathOf({ name });
  const large = values.find(({ isFile, text }) => isFile && sizeOf(text) > MAX_FORM);
  const form = new URLSearchParams();
  for (const each of values) if (each !== large) form.append(each.key, each.isFile ? readFile(each.text) : each.text);
  return large === undefined ? [path, { form }] : [`${path}?${form.toString()}`, { json: jsonAround(large) }];
}

async function* jsonAround({ key, text: file }: Value): AsyncGenerator<string | Buffer> {
  yield `{${JSON.stringify(key)}:`;
  yield* createReadStream(file) as AsyncIterable<Buffer>;
  yield '}';
}

interface Value {
  readonly key: string;
  /** The value, or the name of the file that has it. */
  readonly text: string;
  readonly isFile: boolean;
}

/** Splits `by=PT1H` or `document@world.json`. The first of the two signs counts. */
function splitValue(text: string): Value {
  const [, key = '', sign = '', value = ''] = /^([^=@]+)([=@])(.*)$/s.exec(text) ?? [];
  if (key === '') throw badRequest(`cannot read "${text}": write key=value, or key@file for the contents of a file`);
  return { key, text: value, isFile: sign === '@' };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw badRequest(`cannot read ${file}: ${(cause as Error).message}`, cause);
  }
}

/** Formats each control with its inputs and summary, from the server's OpenAPI document. */
function listControls(document: JsonObject): string {
  const { paths } = document as unknown as { paths: Record<string, { post?: DescribedControl }> };
  const entries = Object.entries(paths).map(([path, { post }]) => {
    // Health and events have only GET: they are not controls.
    if (post === undefined) return '';
    const name = path.slice(CONTROL_BASE.length + 1).replace('/', '.');
    const { properties, required = [] } = post.requestBody.content['application/json'].schema;
    const inputs = Object.keys(properties).map((key) => (required.includes(key) ? `${key}=…` : `[${key}=…]`));
    return `${[name, ...inputs].join(' ')}\n    ${post.summary}\n`;
  });
  return entries.join('');
}

interface DescribedControl {
  readonly summary: string;
  readonly requestBody: {
    readonly content: {
      readonly 'application/json': { readonly schema: { readonly properties: object; readonly required?: string[] } };
    };
  };
}

function badRequest(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message, { cause });
}
