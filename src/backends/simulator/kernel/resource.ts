import { bodyOf, bodyOfText, type JsonObject } from '../../../core/body.js';
import type { RecordBase, Table } from './collection.js';
import type { Context, View } from './context.js';
import type { EventPhase, NewRecord, WorldEvent } from '../conversations/event.js';
import { readForm, type Fields, type FormOf } from './fields.js';
import { noContent, ok, okValue, type Handler, type Proposal, type Reply } from './handler.js';
import { eventOf, type EventsOf } from './record-event.js';
import { createRenderCache, type Rendered } from './render-cache.js';
import { page, sidToken, type Listing, type ListStyle } from './page.js';
import { refuse } from './twilio-error.js';

/** A resource that is kept as records of a table, and all that Twilio's five verbs need to know of it. */
export interface Definition<
  R extends RecordBase,
  U extends string,
  O extends string,
  C extends Fields,
  F extends Fields,
> {
  readonly table: Table<R, U, O>;
  /** The record that the collection belongs to, by the path; throws 404. */
  owner(ctx: Context): { readonly sid: string };
  /** The record that `{Sid}` names; by SID alone unless said otherwise. */
  find?(ctx: Context, ownerSid: string, key: string): R | undefined;
  readonly create?: {
    readonly form: C;
    /** Checks everything, changes nothing, and gives the new record's fields. */
    fields(form: FormOf<C>, ctx: Context): Omit<R, keyof RecordBase>;
    /** What else changes with it. Must not refuse: the record is there already. */
    after?(record: R, form: FormOf<C>, ctx: Context): R | void;
  };
  readonly update?: {
    readonly form: F;
    /** Checks everything, changes nothing, and gives what is different. */
    changes(record: R, form: FormOf<F>, ctx: Context): Partial<R>;
    after?(record: R, before: R, ctx: Context): void;
  };
  readonly remove?: {
    /** Refuses, where Twilio does. */
    check?(record: R, ctx: Context): void;
    /** What goes or changes with it, beside what belongs to it by the tables. */
    after?(record: R, ctx: Context): void;
  };
  readonly list?: ListStyle & {
    /** The records and their token format; in the order of creation unless said otherwise. */
    records?(ctx: Context, ownerSid: string): Pick<Listing<R>, 'records' | 'token'>;
    /** The list's URL, by SIDs. */
    url(ctx: Context, ownerSid: string): string;
  };
  /** The webhook events of its kind; without them nothing is ever told. */
  readonly events?: EventsOf<R>;
  /** Every key in Twilio's order; null where Twilio says null. */
  render(record: R, view: View): JsonObject;
}

export interface Verbs {
  readonly create: Handler;
  readonly fetch: Handler;
  readonly update: Handler;
  readonly delete: Handler;
  readonly list: Handler;
}

/** The standard create, fetch, update, delete and list of a resource. */
export function resource<R extends RecordBase, U extends string, O extends string, C extends Fields, F extends Fields>(
  definition: Definition<R, U, O, C, F>,
): Verbs {
  const { table } = definition;

  const addressed = (ctx: Context): R => {
    const ownerSid = definition.owner(ctx).sid;
    const key = ctx.path('Sid');
    if (definition.find !== undefined) return ctx.orNotFound(definition.find(ctx, ownerSid, key));
    const record = ctx.world.records(table).get(key);
    return ctx.orNotFound(record !== undefined && table.parent?.sid(record) === ownerSid ? record : undefined);
  };

  const rendered = createRenderCache<R>((record, view) => definition.render(record, view));
  const { events } = definition;
  // Only kinds that belong to a service have events.
  const tell = (phase: EventPhase, record: NewRecord<R>, ctx: Context): WorldEvent | undefined =>
    events === undefined
      ? undefined
      : eventOf(events as unknown as EventsOf<Owned>, phase, record as unknown as Owned, ctx);
  const emit = (phase: EventPhase, record: R, ctx: Context): void => {
    if (ctx.cause.isSilent === true) return;
    const event = tell(phase, record, ctx);
    if (event !== undefined) ctx.world.emit(event);
  };
  const asked = (
    handler: (ctx: Context) => Reply,
    phase: EventPhase,
    planned: (ctx: Context) => NewRecord<R>,
  ): Handler =>
    events === undefined
      ? handler
      : Object.assign(handler, {
          before: (ctx: Context): Proposal => ({
            event: tell(phase, planned(ctx), ctx) as WorldEvent,
            changeable: events.changeable,
          }),
        });

  const plan = (ctx: Context): [FormOf<C>, Omit<R, keyof RecordBase>] => {
    definition.owner(ctx);
    const create = need(definition.create);
    const form = readForm(create.form, ctx.call.form);
    return [form, create.fields(form, ctx)];
  };
  const planUpdate = (ctx: Context): [R, Partial<R>] => {
    const before = addressed(ctx);
    const update = need(definition.update);
    const form = readForm(update.form, ctx.call.form);
    if (Object.keys(form).length === 0) throw refuse(20161);
    return [before, { dateUpdated: ctx.world.now(), ...update.changes(before, form, ctx), ...datesOf(form) }];
  };
  const planDelete = (ctx: Context): R => {
    const record = addressed(ctx);
    definition.remove?.check?.(record, ctx);
    return record;
  };

  return {
    create: asked(
      (ctx) => {
        const [form, fields] = plan(ctx);
        const kept = ctx.world.create(table, fields, { sid: ctx.cause.givenSid, ...datesOf(form) });
        const record = definition.create?.after?.(kept, form, ctx) ?? kept;
        emit('Added', record, ctx);
        return { status: 201, body: bodyOf(definition.render(record, ctx)) };
      },
      'Add',
      (ctx) => plan(ctx)[1],
    ),

    fetch(ctx) {
      const { text, isAscii } = rendered(addressed(ctx), ctx);
      return ok(bodyOfText(text, isAscii));
    },

    update: asked(
      (ctx) => {
        const [before, changes] = planUpdate(ctx);
        const record = ctx.world.update(table, before, changes);
        definition.update?.after?.(record, before, ctx);
        emit('Updated', record, ctx);
        return okValue(definition.render(record, ctx));
      },
      'Update',
      (ctx) => {
        const [before, changes] = planUpdate(ctx);
        return { ...before, ...changes };
      },
    ),

    delete: asked(
      (ctx) => {
        const record = planDelete(ctx);
        ctx.world.remove(table, record);
        definition.remove?.after?.(record, ctx);
        emit('Removed', record, ctx);
        return noContent;
      },
      'Remove',
      planDelete,
    ),

    list(ctx) {
      const ownerSid = definition.owner(ctx).sid;
      const list = need(definition.list);
      const { records, token } = list.records?.(ctx, ownerSid) ?? inOrderOfCreation(table, ctx, ownerSid);
      const render = (record: R): Rendered => rendered(record, ctx);
      return ok(page(ctx, { records, token, render, url: list.url(ctx, ownerSid) }, list));
    },
  };
}

type Owned = RecordBase & { readonly serviceSid: string };

/** A table's records below one owner, oldest first. */
export function inOrderOfCreation<R extends RecordBase, U extends string, O extends string>(
  table: Table<R, U, O>,
  ctx: Context,
  ownerSid: string,
): Pick<Listing<R>, 'records' | 'token'> {
  if (table.parent === undefined) throw new Error(`${table.name} belong to nothing: name the order`);
  return {
    records: ctx.world.records(table).list(table.parent.order, ownerSid),
    token: sidToken((sid) => ctx.world.placeOf(table, sid)),
  };
}

/** Dates that an importing caller gave. */
function datesOf(form: object): { dateCreated?: number; dateUpdated?: number } {
  const { DateCreated, DateUpdated } = form as { DateCreated?: number; DateUpdated?: number };
  return {
    ...(DateCreated === undefined ? {} : { dateCreated: DateCreated }),
    ...(DateUpdated === undefined ? {} : { dateUpdated: DateUpdated }),
  };
}

function need<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('this resource does not have that verb');
  return part;
}
