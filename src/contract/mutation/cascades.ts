/** Mutations of what a deletion takes along: contents that can still be fetched, and records that lists still show. */
import type { Input, Operation } from '../../core/operation.js';
import type { Json, JsonObject } from '../../core/body.js';
import { isObject, listOf, textOf } from '../model/paths.js';
import type { Answer } from '../model/target.js';
import { mutatedTarget, type Mutation } from './mutation.js';

/** Lists that show records of another resource, by the noun of that resource. */
const SHOWN_IN: Readonly<Record<string, readonly string[]>> = {
  Conversations: ['Conversations', 'Users/Conversations', 'ParticipantConversations'],
  Users: ['Users', 'Conversations/Participants', 'ParticipantConversations'],
  'Conversations/Participants': ['Conversations/Participants', 'Users/Conversations', 'ParticipantConversations'],
  'Users/Conversations': ['Users/Conversations', 'Conversations/Participants', 'ParticipantConversations'],
};

/** The mutations of a read: for each deletion that must have an effect on it. */
export function cascadeMutations(read: Operation, operations: readonly Operation[]): Mutation[] {
  const deletions = operations.filter(({ verb }) => verb === 'delete');
  const inScope = deletions.filter(({ scope }) => scope === read.scope);
  const parents = read.verb === 'list' || read.verb === 'fetch' ? deletions.filter((each) => isBelow(read, each)) : [];
  const shown =
    read.verb === 'list' ? inScope.filter(({ noun }) => (SHOWN_IN[noun] ?? [noun]).includes(read.noun)) : [];
  return [...parents.map((parent) => keepContents(read, parent)), ...shown.map((each) => keepInList(read, each))];
}

/** Whether the path of an operation leads through the record that the deletion deletes. */
function isBelow({ path }: Operation, deletion: Operation): boolean {
  return plain(path).startsWith(`${plain(deletion.path)}/`);
}

function plain(path: string): string {
  return path.replaceAll(/\{\w+\}/g, '{}');
}

/** Answers a request for something in a deleted record as before. */
function keepContents(read: Operation, deletion: Operation): Mutation {
  const depth = deletion.path.split('/').length - 1;
  const parameter = /^\{(\w+)\}$/.exec(read.path.split('/')[depth] ?? '')?.[1] ?? '';
  return {
    kind: 'keep what is in a deleted record',
    operation: read.name,
    path: `after ${deletion.name}`,
    shows: 'there',
    mustApply: true,
    mutate: (baseline) => {
      const deleted = new Set<string>();
      return mutatedTarget(({ markMutated, isMutated }) => async (operation, input, signal) => {
        const answer = await baseline.call(operation, input, signal);
        if (operation.name === deletion.name && answer.status < 300) deleted.add(textOf(input['Sid']));
        const isGone = operation.name === read.name && answer.status === 404 && deleted.has(textOf(input[parameter]));
        if (!isGone || isMutated()) return answer;
        markMutated();
        return { ...answer, status: 200, body: {} };
      });
    },
  };
}

/** Shows a deleted record, or one that belongs to it, in a list. */
function keepInList(list: Operation, deletion: Operation): Mutation {
  return {
    kind: 'keep a deleted record in a list',
    operation: list.name,
    path: `after ${deletion.name}`,
    shows: 'there',
    mustApply: true,
    mutate: (baseline) => {
      /** The records of each list, by its URL. */
      const seen = new Map<string, Map<string, JsonObject>>();
      let isDeleted = false;
      return mutatedTarget(({ markMutated, isMutated }) => async (operation, input, signal) => {
        const answer = await baseline.call(operation, input, signal);
        if (operation.name === deletion.name && answer.status < 300) isDeleted = true;
        if (operation.name !== list.name) return answer;
        const records = seen.get(urlOf(input)) ?? new Map<string, JsonObject>();
        seen.set(urlOf(input), records);
        const gone = isDeleted && !isMutated() ? missingIn(answer, records) : undefined;
        for (const record of recordsOf(answer)) records.set(idOf(record), record);
        if (gone === undefined) return answer;
        markMutated();
        return withRecord(answer, gone);
      });
    },
  };
}

function urlOf(input: Input): string {
  return JSON.stringify(Object.entries(input).filter(([name]) => !name.startsWith('Page')));
}

function recordsOf({ body }: Answer): readonly JsonObject[] {
  return (listOf(body)?.items ?? []).filter(isObject);
}

function idOf(record: JsonObject): string {
  return textOf(record['sid'] ?? record['url'] ?? record['links']);
}

/** A record that the list had before the deletion and has no longer, if this is its last page and its only one. */
function missingIn(answer: Answer, before: ReadonlyMap<string, JsonObject>): JsonObject | undefined {
  const meta: Json = isObject(answer.body) ? (answer.body['meta'] ?? null) : null;
  if (answer.status >= 400 || !isObject(meta)) return undefined;
  if (meta['next_page_url'] !== null || meta['previous_page_url'] !== null) return undefined;
  const now = new Set(recordsOf(answer).map(idOf));
  return [...before].find(([id]) => !now.has(id))?.[1];
}

function withRecord(answer: Answer, record: JsonObject): Answer {
  const list = listOf(answer.body);
  if (list === undefined || !isObject(answer.body)) return answer;
  return { ...answer, body: { ...answer.body, [list.key]: [...list.items, record] } };
}
