import { isJsonObject, type JsonObject } from '../../core/body.js';
import type { Exchange, Operation } from '../../core/operation.js';

/** An exchange as a call of the official Node.js SDK, whose names are Twilio's path words and fields in camel case. */
export function toSdkCall({ input }: Exchange, operation: Operation): string {
  if (operation.isUnpublished === true) return `// The SDK has no call for ${operation.name}.`;
  const values = isJsonObject(input) ? input : {};
  const { method, options } = operation.verb === 'list' ? listCall(operation, values) : plainCall(operation);
  const all = { ...options, ...headersOf(operation, values), ...fieldsOf(values) };
  const lines = Object.entries(all).map(([name, value]) => `  ${toKey(name)}: ${JSON.stringify(value)},\n`);
  const argument = lines.length === 0 ? '' : `{\n${lines.join('')}}`;
  return `await client.conversations.v1${resourceOf(operation, values)}.${method}(${argument});`;
}

/** An SDK method with the options that are not form fields. */
interface SdkCall {
  readonly method: string;
  readonly options: JsonObject;
}

function plainCall({ verb }: Operation): SdkCall {
  return { method: verb === 'delete' ? 'remove' : verb, options: {} };
}

/** Paths that the SDK calls by one name. */
const SDK_PATHS: Readonly<Record<string, string>> = { '/v1/Configuration/Addresses': '/v1/AddressConfigurations' };

/** SDK names that differ from the path, by the last two words of the noun. */
const SDK_NAMES: Readonly<Record<string, string>> = {
  'Users/Conversations': 'userConversations',
  'Messages/Receipts': 'deliveryReceipts',
};

/**
 * `/Conversations/{Sid}` is `.conversations('CH…')`. A resource that exists once in its parent, such as a configuration,
 * is called without a SID.
 */
function resourceOf({ path, verb }: Operation, values: JsonObject): string {
  const segments = sdkPath(path).split('/').slice(2);
  const chain = segments.map((segment, i) => {
    const parameter = placeholderIn(segment);
    return parameter === undefined
      ? `.${SDK_NAMES[`${segments[i - 2]}/${segment}`] ?? lowerFirst(segment)}`
      : `(${JSON.stringify(values[parameter] ?? '')})`;
  });
  const isCollection = verb === 'create' || verb === 'list';
  const isSingleton = !isCollection && placeholderIn(segments.at(-1) ?? '') === undefined;
  return `${chain.join('')}${isSingleton ? '()' : ''}`;
}

function sdkPath(path: string): string {
  const known = Object.entries(SDK_PATHS).find(([start]) => path === start || path.startsWith(`${start}/`));
  return known === undefined ? path : known[1] + path.slice(known[0].length);
}

function placeholderIn(segment: string): string | undefined {
  return /^\{(.+)\}$/.exec(segment)?.[1];
}

/** The SDK's `page` for an exchange that names a page; else `list`, limited to as many records as the page may have. */
function listCall(operation: Operation, values: JsonObject): SdkCall {
  const names = operation.parameters.filter((each) => each.in === 'query').map((each) => each.name);
  const query = names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]] as const]));
  const { Page, PageToken, PageSize, ...rest } = Object.fromEntries(query);
  const filters = Object.fromEntries(Object.entries(rest).map(([name, value]) => [toCamel(name), value]));
  const size = PageSize === undefined ? undefined : Number(PageSize);
  if (Page === undefined && PageToken === undefined) {
    return { method: 'list', options: { ...filters, limit: size ?? DEFAULT_PAGE_SIZE } };
  }
  const position = {
    ...(Page === undefined ? {} : { pageNumber: Number(Page) }),
    ...(PageToken === undefined ? {} : { pageToken: PageToken }),
  };
  return { method: 'page', options: { ...filters, ...(size === undefined ? {} : { pageSize: size }), ...position } };
}

/** Twilio's page size for a list request without one. */
const DEFAULT_PAGE_SIZE = 50;

function headersOf({ parameters }: Operation, values: JsonObject): JsonObject {
  const names = parameters.filter((each) => each.in === 'header' && values[each.name] !== undefined);
  return Object.fromEntries(names.map(({ name }) => [lowerFirst(name.replaceAll('-', '')), values[name] ?? null]));
}

function fieldsOf({ body }: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(isJsonObject(body) ? body : {}).map(([name, value]) => [toCamel(name), value]),
  );
}

/** `messagingBinding.proxyAddress` for `MessagingBinding.ProxyAddress`. */
function toCamel(name: string): string {
  return name.split('.').map(lowerFirst).join('.');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function toKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
