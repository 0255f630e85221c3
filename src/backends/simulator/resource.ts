import type { Json, JsonObject } from '../../operation.js';
import type { RecordBase, Table } from './collection.js';
import type { Context, View } from './context.js';
import { readForm, type Fields, type FormOf } from './fields.js';
import { page, sidToken, type Listing, type ListStyle } from './page.js';
import { refuse } from './twilio-error.js';

/** What an operation answers; `null` on 204. */
export interface Reply {
  readonly status: number;
  readonly value: JsonObject | null;
}

export type Handler = (ctx: Context) => Reply;

/** Operation names of the capability, and who answers each. */
export type Handlers = Readonly<Record<string, Handler>>;

export const ok = (value: JsonObject): Reply => ({ status: 200, value });
export const created = (value: JsonObject): Reply => ({ status: 201, value });
export const noContent: Reply = { status: 204, value: null };

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

  return {
    create(ctx) {
      definition.owner(ctx);
      const create = need(definition.create);
      const form = readForm(create.form, ctx.call.form);
      const record = ctx.world.create(table, create.fields(form, ctx), { sid: ctx.givenSid, ...datesOf(form) });
      return created(definition.render(create.after?.(record, form, ctx) ?? record, ctx));
    },

    fetch: (ctx) => ok(definition.render(addressed(ctx), ctx)),

    update(ctx) {
      const before = addressed(ctx);
      const update = need(definition.update);
      const form = readForm(update.form, ctx.call.form);
      if (Object.keys(form).length === 0) throw refuse(20161);
      const changes = { dateUpdated: ctx.world.now(), ...update.changes(before, form, ctx), ...datesOf(form) };
      const record = ctx.world.update(table, before, changes);
      update.after?.(record, before, ctx);
      return ok(definition.render(record, ctx));
    },

    delete(ctx) {
      const record = addressed(ctx);
      definition.remove?.check?.(record, ctx);
      ctx.world.remove(table, record);
      definition.remove?.after?.(record, ctx);
      return noContent;
    },

    list(ctx) {
      const ownerSid = definition.owner(ctx).sid;
      const list = need(definition.list);
      const listing = list.records?.(ctx, ownerSid) ?? inOrderOfCreation(table, ctx, ownerSid);
      const render = (record: R): JsonObject => definition.render(record, ctx);
      return ok(page(ctx, { ...listing, url: list.url(ctx, ownerSid), render }, list));
    },
  };
}

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

/** Keeps a JSON value's type when it is built from optional parts: keys without a value are left out. */
export function present(parts: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(parts).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
