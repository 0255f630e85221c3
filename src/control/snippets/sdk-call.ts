import type { Exchange, Operation } from '../../core/operation.js';
import { isJsonObject, type JsonObject } from '../../core/body.js';

const verbs: Readonly<Record<string, string>> = {
  create: 'create',
  fetch: 'fetch',
  update: 'update',
  delete: 'remove',
  list: 'list',
};

/** An exchange as a call of the official Node SDK, whose names are those of Twilio's paths and fields in camel case. */
export function sdkCallOf({ input }: Exchange, operation: Operation): string {
  const given = isJsonObject(input) ? input : {};
  const kind = /^[a-z]+?(?=service)/.exec(operation.name)?.[0] ?? 'fetch';
  const { verb, values } = kind === 'list' ? listing(operation, given) : { verb: verbs[kind] ?? kind, values: {} };
  const all = { ...values, ...headersOf(operation, given), ...fieldsOf(given) };
  const lines = Object.entries(all).map(([name, value]) => `  ${keyOf(name)}: ${JSON.stringify(value)},\n`);
  return `await client.conversations.v1${placeOf(operation, given)}.${verb}(${lines.length === 0 ? '' : `{\n${lines.join('')}}`});`;
}

/** Where the SDK's name is not that of the path; a part of it below another. */
const ownNames: Readonly<Record<string, string>> = {
  'Users/Conversations': 'userConversations',
  'Messages/Receipts': 'deliveryReceipts',
};

/** `/Conversations/{Sid}` is `.conversations('CH…')`. What is there once, as Configuration is, is called without a SID. */
function placeOf({ name, path }: Operation, given: JsonObject): string {
  const segments = path.split('/').slice(2);
  const place = segments.map((segment, i) => {
    const placeholder = /^\{(.+)\}$/.exec(segment)?.[1];
    return placeholder === undefined
      ? `.${ownNames[`${segments[i - 2]}/${segment}`] ?? lowerFirst(segment)}`
      : `(${JSON.stringify(given[placeholder] ?? '')})`;
  });
  const isOne = /^(?:fetch|update)/.test(name) && segments.at(-1)?.startsWith('{') === false;
  return `${place.join('')}${isOne ? '()' : ''}`;
}

/** One page by its token is a page; else it is the SDK that turns pages, as far as one page reaches. */
function listing(operation: Operation, given: JsonObject): { readonly verb: string; readonly values: JsonObject } {
  const names = operation.parameters.filter((each) => each.in === 'query').map((each) => each.name);
  const values = names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  const { Page, PageToken, PageSize, ...filters } = Object.fromEntries(values);
  const wanted = Object.fromEntries(Object.entries(filters).map(([name, value]) => [camel(name), value]));
  const size = PageSize === undefined ? undefined : Number(PageSize);
  if (Page === undefined && PageToken === undefined) return { verb: 'list', values: { ...wanted, limit: size ?? 50 } };
  const place = {
    ...(Page === undefined ? {} : { pageNumber: Number(Page) }),
    ...(PageToken === undefined ? {} : { pageToken: PageToken }),
  };
  return { verb: 'page', values: { ...wanted, ...(size === undefined ? {} : { pageSize: size }), ...place } };
}

function headersOf({ parameters }: Operation, given: JsonObject): JsonObject {
  const names = parameters.filter((each) => each.in === 'header' && given[each.name] !== undefined);
  return Object.fromEntries(names.map(({ name }) => [lowerFirst(name.replaceAll('-', '')), given[name] ?? null]));
}

function fieldsOf({ body }: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(isJsonObject(body) ? body : {}).map(([name, value]) => [camel(name), value]),
  );
}

/** `MessagingBinding.ProxyAddress` is `messagingBinding.proxyAddress`. */
function camel(name: string): string {
  return name.split('.').map(lowerFirst).join('.');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
