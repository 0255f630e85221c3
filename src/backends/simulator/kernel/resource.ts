import type { Verb } from '../../../core/operation.js';
import type { Body, JsonObject } from '../../../core/body.js';
import type { RecordBase, Table } from './collection.js';
import type { Context, EventOrigin, View } from './context.js';
import type { EventPhase, NewRecord, WorldEvent } from './event.js';
import { readFields, type Fields, type FormOf } from './fields.js';
import { created, noContent, ok, okValue, type Handler, type Reply } from './handler.js';
import { page, sidToken, type Listing, type ListStyle } from './page.js';
import type { Resource } from './product.js';
import { createRenderCache } from './render-cache.js';
import type { AnyTable } from './schema.js';
import { emptyUpdate } from './twilio-error.js';

/** The webhook events of a resource. */
export interface ResourceEvents<R extends RecordBase> {
  /** The keys of a pre-action webhook's response that replace values of the request, each with its form field. */
  readonly changeable: Readonly<Record<string, string>>;
  typeOf(phase: EventPhase): string;
  eventOf(phase: EventPhase, record: NewRecord<R>, origin: EventOrigin): WorldEvent;
}

/** A resource whose records are rows of a table, with what Twilio's five verbs need to know about it. */
export interface ResourceDefinition<
  R extends RecordBase,
  U extends string,
  O extends string,
  Owner extends { readonly sid: string },
  C extends Fields,
  F extends Fields,
> extends Pick<Resource, 'noun' | 'scopes' | 'descriptions' | 'settings' | 'nextDue'> {
  readonly table: Table<R, U, O>;
  /** Finds the record that the collection belongs to. @throws TwilioError 20404 when the path names none */
  owner(ctx: Context): Owner;
  /** Finds the record that `{Sid}` names. By default, by SID. */
  find?(key: string, owner: Owner, ctx: Context): R | undefined;
  readonly create?: {
    readonly form: C;
    /** Checks everything, changes nothing, and returns the fields of the new record. */
    fields(form: FormOf<C>, owner: Owner, ctx: Context): Omit<R, keyof RecordBase>;
    /** Makes the changes to other records. Must not refuse: the record exists already. */
    after?(record: R, owner: Owner, ctx: Context): R | void;
  };
  readonly update?: {
    readonly form: F;
    /** Checks everything, changes nothing, and returns the fields that change. */
    changes(record: R, form: FormOf<F>, owner: Owner, ctx: Context): Partial<R>;
    after?(record: R, before: R, ctx: Context): void;
  };
  /** Present if records can be deleted. Records of tables that name this one as `parent` are deleted with their parent. */
  readonly delete?: {
    /** Refuses where Twilio does. */
    check?(record: R, owner: Owner, ctx: Context): void;
    /** Makes the other changes. */
    after?(record: R, ctx: Context): void;
  };
  readonly list?: ListStyle & {
    /** The records and their token format. By default, in order of creation. */
    records?(owner: Owner, ctx: Context): Pick<Listing<R>, 'records' | 'token'>;
  };
  readonly events?: ResourceEvents<R>;
  /** Every key in Twilio's order; null where Twilio answers null. */
  render(record: R, view: View): JsonObject;
  /** What a fetch answers, if it differs from `render`. */
  renderFetched?(record: R, view: View): JsonObject;
}

/** A resource with the standard create, fetch, update, delete and list, as far as its definition has them. */
export function defineResource<
  R extends RecordBase,
  U extends string,
  O extends string,
  Owner extends { readonly sid: string },
  C extends Fields,
  F extends Fields,
>(definition: ResourceDefinition<R, U, O, Owner, C, F>): Resource {
  const { noun, scopes, descriptions, settings, nextDue, table, create, update, list, events } = definition;

  const find = (ctx: Context, owner: Owner): R => {
    const key = ctx.path('Sid');
    if (definition.find !== undefined) return ctx.orNotFound(definition.find(key, owner, ctx));
    const record = ctx.world.records(table).get(key);
    const isOwned = table.parent === undefined || (record !== undefined && table.parent.sid(record) === owner.sid);
    return ctx.orNotFound(isOwned ? record : undefined);
  };
  const rendered = createRenderCache<R>((record, view) => definition.render(record, view));
  const eventOf = (phase: EventPhase, record: R, ctx: Context): WorldEvent | undefined =>
    ctx.writeOrigin.isSilent === true ? undefined : events?.eventOf(phase, record, ctx);
  const withPreHook = (
    phase: EventPhase,
    planned: (ctx: Context) => NewRecord<R>,
    handler: (ctx: Context) => Reply,
  ): Handler =>
    events === undefined
      ? handler
      : Object.assign(handler, {
          preAction: {
            eventType: events.typeOf(phase),
            propose: (ctx: Context) => ({
              event: events.eventOf(phase, planned(ctx), ctx),
              changeable: events.changeable,
            }),
          },
        });

  const handlers: Partial<Record<Verb, Handler>> = {
    fetch(ctx) {
      const record = find(ctx, definition.owner(ctx));
      if (definition.renderFetched !== undefined) return okValue(definition.renderFetched(record, ctx));
      return ok(rendered.one(record, ctx));
    },
  };

  if (create !== undefined) {
    const plan = (ctx: Context, owner: Owner, form: FormOf<C>) => create.fields(form, owner, ctx);
    const read = (ctx: Context): FormOf<C> => readFields(create.form, ctx.call.form);
    handlers.create = withPreHook(
      'Add',
      (ctx) => plan(ctx, definition.owner(ctx), read(ctx)),
      (ctx) => {
        const owner = definition.owner(ctx);
        const form = read(ctx);
        const given = { sid: ctx.writeOrigin.givenSid, ...datesOf(form) };
        const stored = ctx.world.create(table, plan(ctx, owner, form), given);
        const record = create.after?.(stored, owner, ctx) ?? stored;
        emit(eventOf('Added', record, ctx), ctx);
        return created(definition.render(record, ctx));
      },
    );
  }

  if (update !== undefined) {
    const plan = (ctx: Context): [R, Partial<R>] => {
      const owner = definition.owner(ctx);
      const before = find(ctx, owner);
      const form = readFields(update.form, ctx.call.form);
      if (Object.keys(form).length === 0) throw emptyUpdate();
      const changes = update.changes(before, form, owner, ctx);
      return [before, { dateUpdated: ctx.world.now(), ...changes, ...datesOf(form) }];
    };
    handlers.update = withPreHook(
      'Update',
      (ctx) => {
        const [before, changes] = plan(ctx);
        return { ...before, ...changes };
      },
      (ctx) => {
        const [before, changes] = plan(ctx);
        const record = ctx.world.update(table, before, changes);
        update.after?.(record, before, ctx);
        emit(eventOf('Updated', record, ctx), ctx);
        return okValue(definition.render(record, ctx));
      },
    );
  }

  if (definition.delete !== undefined) {
    const rules = definition.delete;
    const plan = (ctx: Context): R => {
      const owner = definition.owner(ctx);
      const record = find(ctx, owner);
      rules.check?.(record, owner, ctx);
      return record;
    };
    handlers.delete = withPreHook('Remove', plan, (ctx) => {
      const record = plan(ctx);
      // Built first, because it may refer to records that are removed with this one.
      const event = eventOf('Removed', record, ctx);
      ctx.world.remove(table, record);
      rules.after?.(record, ctx);
      emit(event, ctx);
      return noContent;
    });
  }

  if (list !== undefined) {
    handlers.list = (ctx) => {
      const owner = definition.owner(ctx);
      const { records, token } = list.records?.(owner, ctx) ?? inOrderOfCreation(table, owner, ctx);
      const render = (shown: readonly R[]): Body => rendered.several(shown, ctx);
      return ok(page(ctx, { records, token, render, url: ctx.link('list', noun, owner) }, list));
    };
  }

  return { noun, scopes, descriptions, settings, nextDue, handlers, table: table as unknown as AnyTable };
}

/** The records of one owner, oldest first. */
export function inOrderOfCreation<R extends RecordBase, U extends string, O extends string>(
  table: Table<R, U, O>,
  owner: { readonly sid: string },
  ctx: Context,
): Pick<Listing<R>, 'records' | 'token'> {
  if (table.parent === undefined) throw new Error(`${table.name} have no parent: the list must name an order`);
  return {
    records: ctx.world.records(table).list(table.parent.order, owner.sid),
    token: sidToken(ctx.world, table),
  };
}

function emit(event: WorldEvent | undefined, { world }: Context): void {
  if (event !== undefined) world.emit(event);
}

/** Dates given by a caller who imports data. */
function datesOf(form: object): { dateCreated?: number; dateUpdated?: number } {
  const { DateCreated, DateUpdated } = form as { DateCreated?: number; DateUpdated?: number };
  return {
    ...(DateCreated === undefined ? {} : { dateCreated: DateCreated }),
    ...(DateUpdated === undefined ? {} : { dateUpdated: DateUpdated }),
  };
}
