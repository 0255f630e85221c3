import { stringify } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../core/body.js';
import type { Exchange, Operation } from '../../core/operation.js';

/** The variable of the service that a scenario runs in. */
const SERVICE = 'service';
const SID = /^[A-Z]{2}[0-9a-f]{32}$/;

interface Options {
  readonly operationOf: (exchange: Exchange) => Operation | undefined;
  /** The name of the operation that creates a conversation in a scope; undefined if there is none. */
  readonly createConversation: (scope: Operation['scope']) => string | undefined;
}

/**
 * Exchanges as a contract scenario, in YAML. A SID becomes a reference to the step that created the record. Services and
 * conversations from before the first exchange are replaced: the service by the scenario's own, a conversation by a new one.
 */
export function toScenario(exchanges: readonly Exchange[], { operationOf, createConversation }: Options): string {
  const used = new Set(exchanges.flatMap(({ input }) => sidsIn(input)));
  const references = new Map<string, string>();
  const counts = new Map<string, number>();
  const steps: JsonObject[] = [];

  /** Reserves a variable for a record. */
  function save(sid: string, noun: string): string {
    const word = lowerFirst(noun.split('/').at(-1) ?? '').replace(/s$/, '');
    const count = (counts.get(word) ?? (word === SERVICE ? 1 : 0)) + 1;
    counts.set(word, count);
    const variable = count === 1 ? word : `${word}${count}`;
    references.set(sid, variable);
    return variable;
  }

  function addMissingConversation(value: string, { scope }: Operation): void {
    const operation = createConversation(scope);
    if (!value.startsWith('CH') || !SID.test(value) || references.has(value) || operation === undefined) return;
    const saveAs = save(value, 'Conversations');
    steps.push({ name: `create ${saveAs}`, operation, saveAs });
  }

  for (const exchange of exchanges) {
    const operation = operationOf(exchange);
    const { id, input, status, answer } = exchange;
    if (operation === undefined || operation.isUnpublished === true || !isJsonObject(input)) continue;
    const values = { ...input };
    for (const { in: location, name } of operation.parameters) {
      const value = values[name];
      if (location !== 'path' || typeof value !== 'string') continue;
      if (name === 'ChatServiceSid' && !references.has(value)) delete values[name];
      else addMissingConversation(value, operation);
    }
    const own = withReferences(values, references) as JsonObject;
    const sid = isJsonObject(answer) && status < 400 ? answer['sid'] : undefined;
    const isNew = typeof sid === 'string' && operation.verb === 'create' && used.has(sid) && !references.has(sid);
    const code = isJsonObject(answer) ? answer['code'] : undefined;
    steps.push({
      name: `request ${id}`,
      operation: exchange.operation,
      ...(Object.keys(own).length === 0 ? {} : { input: own }),
      ...(isNew ? { saveAs: save(sid, operation.noun) } : {}),
      ...(status < 400 ? {} : { expect: { status, ...(typeof code === 'number' ? { code } : {}) } }),
    });
  }
  const about = `Exported from the request log: ${exchanges.length} requests.`;
  return stringify({ 'understudy-scenario': 1, name: 'exported-requests', about, steps }, { lineWidth: 0 });
}

function sidsIn(value: Json): string[] {
  if (typeof value === 'string') return SID.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((each) => sidsIn(each)) : [];
}

function withReferences(value: Json, references: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    const variable = references.get(value);
    return variable === undefined ? value : `{{${variable}.sid}}`;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withReferences(each as Json, references));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withReferences(each, references)]));
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
