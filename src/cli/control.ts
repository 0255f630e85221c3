import { readFileSync } from 'node:fs';
import type { ControlSettings } from './client-options.js';
import { UnderstudyError } from '../core/errors.js';
import type { JsonObject } from '../core/body.js';
import { CONTROL_BASE, pathOf } from '../surfaces/control/paths.js';

/**
 * Does one control of a running understudy, or lists them all; gives what is to be printed.
 * @throws UnderstudyError when it cannot be done, with the server's own words
 */
export async function runControl(settings: ControlSettings): Promise<string> {
  const { control, values } = settings;
  if (control === undefined) return listOf(await ask(settings, '/openapi.json'));
  const form = new URLSearchParams(values.map(readValue));
  return `${JSON.stringify(await ask(settings, pathOf({ name: control }), form), null, 2)}\n`;
}

/** `by=PT1H`, or `document@world.json`: whichever sign comes first counts. */
function readValue(text: string): [key: string, value: string] {
  const [, key = '', sign = '', value = ''] = /^([^=@]+)([=@])(.*)$/s.exec(text) ?? [];
  if (key === '') throw bad(`"${text}" is no value: write key=value, or key@file for what is in a file`);
  return [key, sign === '=' ? value : readFile(value)];
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw bad(`${file} cannot be read: ${(cause as Error).message}`, cause);
  }
}

async function ask({ url, world, token }: ControlSettings, path: string, form?: URLSearchParams): Promise<JsonObject> {
  const headers: Record<string, string> = {};
  if (world !== undefined) headers['understudy-world'] = world;
  if (token !== undefined) headers['understudy-token'] = token;
  let answer: Response;
  try {
    answer = await fetch(url + CONTROL_BASE + path, { headers, ...(form && { method: 'POST', body: form }) });
  } catch (cause) {
    throw new UnderstudyError(
      'UNDERSTUDY_UPSTREAM_UNREACHABLE',
      `no understudy answers at ${url}: start one by \`understudy serve\`, or say where it is by --url`,
      { cause },
    );
  }
  const body = (await answer.json().catch(() => ({}))) as JsonObject;
  if (answer.ok) return body;
  const { message } = body;
  throw bad(typeof message === 'string' ? message : `${url} answered ${answer.status}: is it an understudy?`);
}

/** Each control with its inputs and what it does, from the description that the server gives of itself. */
function listOf(description: JsonObject): string {
  const { paths } = description as unknown as { paths: Record<string, { post?: Described }> };
  const rows = Object.entries(paths).map(([path, { post }]) => {
    // Health and events are no controls: they are only looked at.
    if (post === undefined) return '';
    const name = path.slice(CONTROL_BASE.length + 1).replace('/', '.');
    const { properties, required = [] } = post.requestBody.content['application/json'].schema;
    const inputs = Object.keys(properties).map((key) => (required.includes(key) ? `${key}=…` : `[${key}=…]`));
    return `${[name, ...inputs].join(' ')}\n    ${post.summary}\n`;
  });
  return rows.join('');
}

interface Described {
  readonly summary: string;
  readonly requestBody: {
    readonly content: {
      readonly 'application/json': { readonly schema: { readonly properties: object; readonly required?: string[] } };
    };
  };
}

function bad(message: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message, { cause });
}
