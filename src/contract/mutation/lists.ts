/** Lies about lists: records lost, doubled, turned round; pages that lead nowhere or never end. */
import type { JsonObject } from '../../core/body.js';
import { isObject } from '../model/paths.js';
import type { Step } from '../model/scenario.js';
import type { Answer } from '../model/target.js';
import { recordsOf } from './answers.js';
import { type Lie, lyingAnswer, type Plant } from './mutation.js';

export function plantsOnLists(operation: string): Plant[] {
  const plant = (kind: string, lie: Lie) => lyingAnswer({ kind, operation, path: '' }, lie);
  return [
    plant(
      'lose the last record',
      onRecords((records) => (records.length > 0 ? records.slice(0, -1) : undefined)),
    ),
    plant(
      'lose all records',
      onRecords((records) => (records.length > 0 ? [] : undefined)),
    ),
    plant(
      'show a record twice',
      onRecords((records) => (records.length > 0 ? [...records, ...records.slice(-1)] : undefined)),
    ),
    plant('turn the order round', onRecords(reversed)),
    plant(
      'lead to no page',
      inMeta('next_page_url', (url) => url.replace(/PageToken=[^&]*/, 'PageToken=PTnowhere')),
    ),
    plant(
      'lead back to no page',
      inMeta('previous_page_url', (url) => url.replace(/PageToken=[^&]*/, 'PageToken=PTnowhere')),
    ),
    plant(
      'end too early',
      inMeta('next_page_url', () => null),
    ),
    plant('never end', neverEnd),
  ];
}

function onRecords(change: (records: readonly JsonObject[], step: Step) => readonly JsonObject[] | undefined): Lie {
  return (answer, step) => {
    const list = answer.status === 200 ? recordsOf(answer.body) : undefined;
    if (list === undefined || step.free?.[list.key] !== undefined) return undefined;
    const records = change(list.records, step);
    return records && { ...answer, body: { ...list.body, [list.key]: records } };
  };
}

/** Only where the order is promised, or the records are others' as well. */
function reversed(records: readonly JsonObject[], { order, only }: Step): readonly JsonObject[] | undefined {
  return order === 'free' || only === 'ours' || records.length < 2 ? undefined : records.toReversed();
}

/** Where somebody follows: in a walk. */
function inMeta(key: string, change: (url: string) => string | null): Lie {
  return (answer, step) => {
    const { body } = answer;
    const meta = isObject(body) ? body['meta'] : undefined;
    const url = isObject(meta) ? meta[key] : undefined;
    if (step.walk !== true || typeof url !== 'string' || !isObject(body)) return undefined;
    return { ...answer, body: { ...body, meta: { ...(meta as JsonObject), [key]: change(url) } } };
  };
}

function neverEnd(answer: Answer, step: Step): Answer | undefined {
  const { body } = answer;
  const meta = isObject(body) ? body['meta'] : undefined;
  if (
    step.walk !== true ||
    !isObject(body) ||
    !isObject(meta) ||
    meta['next_page_url'] !== null ||
    meta['page'] === 0
  ) {
    return undefined;
  }
  return { ...answer, body: { ...body, meta: { ...meta, next_page_url: meta['url'] ?? null } } };
}
