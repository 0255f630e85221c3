import type { JsonObject } from '../../../core/body.js';
import type { Caller, Scope } from '../../../core/operation.js';
import { toSnake } from '../../../util/case.js';
import type { BindVerb } from '../conversations/bind.js';
import { conversationsProduct } from '../conversations/product.js';
import type { RecordBase } from '../kernel/collection.js';
import { TwilioError } from '../kernel/twilio-error.js';
import { badInput, refusedByTwilio, type Session } from './define-control.js';
import { formatTime } from './views.js';

/** A control does not know how its caller reaches the server, so URLs in records are Twilio's own. */
const caller: Caller = { surface: 'control', origin: conversationsProduct.baseUri };

/** Renders what a world stores in Twilio's field names, as a fetch responds. No secret is in it. */
export interface TwilioJson {
  /** @param table the name of the record's table */
  record(session: Session, table: string, record: RecordBase): Promise<JsonObject>;
  /** The response of a fetch whose path names no record, such as a configuration. @throws UnderstudyError if refused */
  setting(session: Session, noun: string, scope: Scope, service?: string): Promise<JsonObject>;
}

export function createTwilioJson(bind: BindVerb): TwilioJson {
  const resourceOf = new Map(conversationsProduct.resources.map((each) => [each.table?.name, each]));

  async function fetch(session: Session, noun: string, path: JsonObject, scope: Scope): Promise<JsonObject> {
    const { call } = bind('fetch', noun, path, caller, scope);
    try {
      const { body } = await session.answer(call);
      return (body?.value ?? {}) as JsonObject;
    } catch (error) {
      throw error instanceof TwilioError ? refusedByTwilio(error) : error;
    }
  }

  return {
    async record(session, table, record) {
      const resource = resourceOf.get(table);
      const { serviceSid, conversationSid, messageSid } = record as unknown as Readonly<Record<string, string>>;
      const path = { ChatServiceSid: serviceSid, ConversationSid: conversationSid, MessageSid: messageSid };
      return resource?.handlers.fetch === undefined
        ? storedFields(record)
        : fetch(session, resource.noun, { ...withoutUndefined(path), Sid: record.sid }, 'service');
    },
    setting(session, noun, scope, service) {
      if (scope === 'service' && service === undefined) throw badInput('The SID of the service is missing.');
      return fetch(session, noun, service === undefined ? {} : { ChatServiceSid: service }, scope);
    },
  };
}

/** A record of a resource that has no fetch. */
function storedFields(record: RecordBase): JsonObject {
  const { seq: _, ...fields } = record as unknown as JsonObject;
  const dates = { dateCreated: formatTime(record.dateCreated), dateUpdated: formatTime(record.dateUpdated) };
  return toSnake({ ...fields, ...dates }) as JsonObject;
}

function withoutUndefined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
