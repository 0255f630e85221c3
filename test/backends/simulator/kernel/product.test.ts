import { describe, expect, it } from 'vitest';
import { defineTable, keyOf, type RecordBase } from '../../../../src/backends/simulator/kernel/collection.js';
import { WorldClock } from '../../../../src/backends/simulator/kernel/clock.js';
import { text } from '../../../../src/backends/simulator/kernel/fields.js';
import type { Reply } from '../../../../src/backends/simulator/kernel/handler.js';
import { isCount, isText } from '../../../../src/backends/simulator/kernel/record-fields.js';
import { Links } from '../../../../src/backends/simulator/kernel/links.js';
import { sidToken } from '../../../../src/backends/simulator/kernel/page.js';
import { createRouter, defineProduct } from '../../../../src/backends/simulator/kernel/product.js';
import { defineResource } from '../../../../src/backends/simulator/kernel/resource.js';
import { TwilioError } from '../../../../src/backends/simulator/kernel/twilio-error.js';
import { WorldDraft } from '../../../../src/backends/simulator/kernel/world-draft.js';
import { Worlds } from '../../../../src/backends/simulator/kernel/worlds.js';
import type { Json, JsonObject } from '../../../../src/core/body.js';
import type { HttpMethod, Operation, Verb } from '../../../../src/core/operation.js';

/** A resource that Twilio does not have: plants in a nursery, each with a label that no other plant has. */
interface PlantRecord extends RecordBase {
  readonly label: string;
  readonly height: number;
}

const plants = defineTable<PlantRecord>()({
  name: 'plants',
  prefix: 'PL',
  fields: { label: isText, height: isCount },
  unique: { label: (plant) => keyOf(plant.label) },
  orders: { all: { group: () => '' } },
});

const labelInUse = () => new TwilioError(70001, 409, 'Label in use');

const plant = defineResource({
  noun: 'Plants',
  scopes: ['account'],
  table: plants,
  owner: () => ({ sid: '' }),
  create: {
    form: { Label: text({ max: 10 }) },
    fields({ Label: label = '' }, _, { world }) {
      if (world.records(plants).find('label', keyOf(label)) !== undefined) throw labelInUse();
      return { label, height: 0 };
    },
  },
  update: {
    form: { Label: text({ max: 10 }) },
    changes: (record, { Label }) => ({ label: Label ?? record.label, height: record.height + 1 }),
  },
  delete: {},
  list: {
    key: 'plants',
    defaultSize: 2,
    maximum: 10,
    records: (_, { world }) => ({ records: world.records(plants).list('all', ''), token: sidToken(world, plants) }),
  },
  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    label: record.label,
    height: record.height,
    url: view.link('fetch', 'Plants', record),
  }),
});

const nursery = defineProduct({ baseUri: 'https://nursery.test', resources: [plant] });

const methods: Readonly<Record<Verb, HttpMethod>> = {
  create: 'POST',
  fetch: 'GET',
  update: 'POST',
  delete: 'DELETE',
  list: 'GET',
};

const paging = ['PageSize', 'Page', 'PageToken'].map((name) => ({
  name,
  in: 'query' as const,
  type: 'string' as const,
  required: false,
  description: '',
}));

const operations = Object.entries(methods).map(([verb, method]) => ({
  id: `nursery.${verb}`,
  name: `${verb}plant`,
  namespace: 'nursery',
  baseUri: 'https://nursery.test',
  noun: 'Plants',
  verb: verb as Verb,
  scope: 'account' as const,
  method,
  path: verb === 'create' || verb === 'list' ? '/v1/Plants' : '/v1/Plants/{Sid}',
  description: '',
  parameters: verb === 'list' ? paging : [],
})) satisfies readonly Operation[];

const ACCOUNT = `AC${'0'.repeat(32)}`;
const ORIGIN = 'http://nursery.test';

interface Given {
  readonly sid?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const valuesOf = (fields: Readonly<Record<string, string>> = {}) =>
  new Map(Object.entries(fields).map(([name, value]) => [name, [value]]));

function openNursery() {
  const clock = new WorldClock({ mode: 'manual', start: Date.parse('2026-01-01T00:00:00Z') });
  const worlds = new Worlds({
    product: nursery,
    links: new Links(operations),
    handlerOf: createRouter(nursery, operations),
    clock,
    sidKeyOf: (account) => account,
    createWebhooks: () => ({
      flush: () => 0,
      isBusy: false,
      publish: () => undefined,
      runPreHook: () => Promise.resolve({ kind: 'proceed' as const }),
      clear: () => undefined,
      close: () => undefined,
    }),
    onChange: () => undefined,
  });

  function call(verb: Verb, { sid, query, form }: Given = {}): Reply {
    const operation = operations.find((each) => each.verb === verb);
    if (operation === undefined) throw new Error(`no operation to ${verb} plants`);
    const path = new Map(sid === undefined ? [] : [['Sid', sid]]);
    const caller = { surface: 'engine', origin: ORIGIN } as const;
    const values = { path, query: valuesOf(query), headers: new Map(), form: valuesOf(form) };
    return worlds.get(ACCOUNT).answer({ operation, caller, notes: {}, ...values }) as Reply;
  }

  const bodyOf = (verb: Verb, given?: Given) => call(verb, given).body?.value as JsonObject;
  const sidOf = (label: string) => asText(bodyOf('create', { form: { Label: label } })['sid']);
  const labels = (query?: Given['query']) =>
    (bodyOf('list', { query: query ?? {} })['plants'] as JsonObject[]).map(({ label }) => label);
  const refusal = (verb: Verb, given?: Given) => {
    try {
      call(verb, given);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  return { worlds, call, bodyOf, sidOf, labels, refusal };
}

describe('a product with one resource', () => {
  it('creates and fetches records', () => {
    const { call, bodyOf } = openNursery();
    const { status, body } = call('create', { form: { Label: 'fern' } });
    const created = body?.value as JsonObject;
    const sid = asText(created['sid']);
    expect(status).toBe(201);
    expect(sid).toMatch(/^PL[0-9a-f]{32}$/);
    expect(created).toEqual({
      sid,
      account_sid: ACCOUNT,
      label: 'fern',
      height: 0,
      url: `${ORIGIN}/v1/Plants/${sid}`,
    });
    expect(bodyOf('fetch', { sid })).toEqual(created);
  });

  it('lists records page by page, forward and back', () => {
    const { bodyOf, sidOf, labels } = openNursery();
    for (const label of ['fern', 'moss', 'ivy']) sidOf(label);
    const meta = bodyOf('list')['meta'] as JsonObject;
    const next = Object.fromEntries(new URL(asText(meta['next_page_url'])).searchParams);
    expect(meta).toMatchObject({ key: 'plants', page_size: 2, url: `${ORIGIN}/v1/Plants?PageSize=2&Page=0` });
    expect(labels()).toEqual(['fern', 'moss']);
    expect(labels(next)).toEqual(['ivy']);
    const last = bodyOf('list', { query: next })['meta'] as JsonObject;
    expect(last['next_page_url']).toBeNull();
    expect(labels(Object.fromEntries(new URL(asText(last['previous_page_url'])).searchParams))).toEqual([
      'fern',
      'moss',
    ]);
  });

  it('updates records', () => {
    const { bodyOf, sidOf, refusal } = openNursery();
    const sid = sidOf('fern');
    expect(bodyOf('update', { sid, form: { Label: 'tall fern' } })).toMatchObject({ label: 'tall fern', height: 1 });
    expect(bodyOf('fetch', { sid })).toMatchObject({ label: 'tall fern', height: 1 });
    expect(refusal('update', { sid })).toMatchObject({ code: 20161 });
    expect(refusal('update', { sid, form: { Label: 'much too long' } })).toMatchObject({ code: 20001 });
  });

  it('deletes records', () => {
    const { call, sidOf, labels, refusal } = openNursery();
    const sid = sidOf('fern');
    sidOf('moss');
    expect(call('delete', { sid })).toEqual({ status: 204, body: null });
    expect(labels()).toEqual(['moss']);
    expect(refusal('fetch', { sid })).toMatchObject({
      code: 20404,
      status: 404,
      message: `The requested resource /v1/Plants/${sid} was not found`,
    });
  });

  it('keeps unique keys unique, and frees them on delete and update', () => {
    const { call, sidOf, labels, refusal } = openNursery();
    const [fern, moss] = [sidOf('fern'), sidOf('moss')];
    const again = { form: { Label: 'fern' } };
    expect(refusal('create', again)).toMatchObject({ code: 70001, status: 409 });
    expect(labels()).toEqual(['fern', 'moss']);
    call('delete', { sid: fern });
    call('update', { sid: moss, form: { Label: 'ivy' } });
    call('create', again);
    call('create', { form: { Label: 'moss' } });
    expect(labels({ PageSize: '10' })).toEqual(['ivy', 'fern', 'moss']);
  });

  it('returns to a snapshot', () => {
    const { worlds, call, sidOf, labels, refusal } = openNursery();
    const sid = sidOf('fern');
    const snapshot = worlds.get(ACCOUNT).world.toDocument();
    call('delete', { sid });
    sidOf('moss');
    worlds.restore(JSON.parse(JSON.stringify(snapshot)) as typeof snapshot);
    expect(labels()).toEqual(['fern']);
    expect(refusal('create', { form: { Label: 'fern' } })).toMatchObject({ code: 70001 });
    expect(call('fetch', { sid }).status).toBe(200);
  });

  it('repeats recorded changes after a snapshot', () => {
    const { worlds, call, sidOf, labels } = openNursery();
    const { world } = worlds.get(ACCOUNT);
    const fern = sidOf('fern');
    const snapshot = world.toDocument();
    world.recordChanges();
    const moss = sidOf('moss');
    call('update', { sid: moss, form: { Label: 'ivy' } });
    call('delete', { sid: fern });
    const taken = world.takeChanges();
    const draft = new WorldDraft(worlds.schema, snapshot);
    if (taken !== undefined) draft.apply(taken.changes);
    worlds.restore(snapshot);
    expect(labels()).toEqual(['fern']);
    worlds.restore(draft.toDocument());
    expect(labels()).toEqual(['ivy']);
  });

  it('takes recorded changes back, and continues as if they had not been made', () => {
    const { worlds, call, sidOf, labels, refusal } = openNursery();
    const { world } = worlds.get(ACCOUNT);
    const fern = sidOf('fern');
    const oak = sidOf('oak');
    world.recordChanges();
    const before = world.toDocument();
    const moss = sidOf('moss');
    call('update', { sid: moss, form: { Label: 'ivy' } });
    call('delete', { sid: fern });
    call('update', { sid: oak, form: { Label: 'fern' } });
    world.takeChanges()?.undo();
    expect(labels()).toEqual(['fern', 'oak']);
    const { records } = world.toDocument();
    const sorted = (lists: typeof records) =>
      Object.values(lists).map((list) => [...list].sort((a, b) => a.seq - b.seq));
    expect(sorted(records)).toEqual(sorted(before.records));
    expect(world.takeChanges()).toBeUndefined();
    expect(refusal('create', { form: { Label: 'oak' } })).toMatchObject({ code: 70001 });
    expect(call('create', { form: { Label: 'ivy' } }).status).toBe(201);
  });

  it('names the verb and the noun of an operation that it has no handler for', () => {
    const handlerOf = createRouter(nursery, operations);
    const [create] = operations;
    expect(create && (() => handlerOf({ ...create, noun: 'Plants/Leaves' }))).toThrow(
      'it has no handler to create Plants/Leaves',
    );
  });
});
