/** Mutations of lists: missing, duplicate and reordered records; broken and endless page links. */
import type { JsonObject } from '../../core/body.js';
import type { BoundStep } from '../model/bind-scenario.js';
import { isObject } from '../model/paths.js';
import { recordsOf } from './answers.js';
import { type AnswerChange, answerMutation, type Mutation } from './mutation.js';

type Records = readonly JsonObject[];

const dropLast = (records: Records) => (records.length > 0 ? records.slice(0, -1) : undefined);
const dropAll = (records: Records) => (records.length > 0 ? [] : undefined);
const repeatLast = (records: Records) => (records.length > 0 ? [...records, ...records.slice(-1)] : undefined);
const toUnknownPage = (url: string) => url.replace(/PageToken=[^&]*/, 'PageToken=PTnowhere');

export function listMutations(operation: string): Mutation[] {
  const mutation = (kind: string, change: AnswerChange) => answerMutation({ kind, operation, path: '' }, change);
  return [
    mutation('drop the last record', changeRecords(dropLast)),
    mutation('drop all records', changeRecords(dropAll)),
    mutation('repeat a record', changeRecords(repeatLast)),
    mutation('reverse the order', changeRecords(reverse)),
    mutation('break the next page link', changeLink('next_page_url', toUnknownPage)),
    mutation('break the previous page link', changeLink('previous_page_url', toUnknownPage)),
    mutation(
      'end the list early',
      changeLink('next_page_url', () => null),
    ),
    mutation('never end the list', neverEnd),
  ];
}

function changeRecords(change: (records: Records, step: BoundStep) => Records | undefined): AnswerChange {
  return (answer, step) => {
    const list = answer.status === 200 ? recordsOf(answer.body) : undefined;
    if (list === undefined || step.free?.[list.key] !== undefined) return undefined;
    const records = change(list.records, step);
    return records && { ...answer, body: { ...list.body, [list.key]: records } };
  };
}

/** Only if the step compares the order. */
function reverse(records: Records, { order, expect }: BoundStep): Records | undefined {
  const isCompared = order !== 'free' || expect?.sortedBy !== undefined;
  return isCompared && records.length > 1 ? records.toReversed() : undefined;
}

/** Only in steps that follow page links. */
function changeLink(key: string, change: (url: string) => string | null): AnswerChange {
  return (answer, step) => {
    const { body } = answer;
    const meta = isObject(body) ? body['meta'] : undefined;
    const url = isObject(meta) ? meta[key] : undefined;
    if (step.paginate !== true || typeof url !== 'string' || !isObject(body)) return undefined;
    return { ...answer, body: { ...body, meta: { ...(meta as JsonObject), [key]: change(url) } } };
  };
}

/** Links the last page to itself. */
const neverEnd: AnswerChange = (answer, step) => {
  const { body } = answer;
  const meta = isObject(body) ? body['meta'] : undefined;
  if (step.paginate !== true || !isObject(body) || !isObject(meta)) return undefined;
  if (meta['next_page_url'] !== null || meta['page'] === 0) return undefined;
  return { ...answer, body: { ...body, meta: { ...meta, next_page_url: meta['url'] ?? null } } };
};
