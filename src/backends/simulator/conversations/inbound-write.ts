/** The writes that an inbound message causes: ordinary calls, with the channel as the source of their events. */
import { UnderstudyError } from '../../../core/errors.js';
import type { JsonObject } from '../../../core/body.js';
import type { Caller, Input } from '../../../core/operation.js';
import type { MaybePromise } from '../../../core/maybe-promise.js';
import type { WriteOrigin } from '../kernel/context.js';
import type { Reply } from '../kernel/handler.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { BindVerb } from './bind.js';
import type { ConversationRecord } from './conversation/record.js';
import type { Source } from './service/event.js';

/** An inbound message whose receivers are known. */
export interface Arrival extends MessageParts {
  readonly to: string;
  /** The other receivers of a group MMS. */
  readonly members: readonly string[];
  /** `chat` for a chat user. */
  readonly channel: string;
  readonly source: Source | undefined;
}

interface MessageParts {
  readonly from: string;
  readonly body?: string | undefined;
  readonly mediaSids?: readonly string[] | undefined;
  readonly storeMedia?: ((serviceSid: string) => Promise<readonly string[]>) | undefined;
  readonly attributes?: string | undefined;
}

export interface Writer {
  create(noun: string, input: Input, origin: WriteOrigin): Promise<JsonObject>;
  /** Adds the message to a conversation. */
  message(conversation: ConversationRecord, parts: MessageParts, origin: WriteOrigin): Promise<JsonObject>;
}

const caller: Caller = { surface: 'control', origin: 'http://localhost' };

export function createWriter(session: WorldSession, bind: BindVerb): Writer {
  const create: Writer['create'] = async (noun, input, origin) => {
    const reply: MaybePromise<Reply> = session.answer(bind('create', noun, input, caller).call, origin);
    return ((await reply).body?.value ?? {}) as JsonObject;
  };
  return {
    create,
    async message({ serviceSid, sid }, parts, origin) {
      const [mediaSid, ...attachedSids] = await mediaOf(parts, serviceSid);
      const form = { Author: parts.from, Body: parts.body, MediaSid: mediaSid, Attributes: parts.attributes };
      const input = { ChatServiceSid: serviceSid, ConversationSid: sid, body: form };
      return create('Conversations/Messages', input, { ...origin, attachedSids });
    },
  };
}

/** The SIDs of the files of a message. Files that come with it are stored in the service that takes it. */
export async function mediaOf(
  { mediaSids, storeMedia }: Pick<MessageParts, 'mediaSids' | 'storeMedia'>,
  serviceSid: string,
): Promise<readonly string[]> {
  return mediaSids ?? (await storeMedia?.(serviceSid)) ?? [];
}

export function undeliverable(why: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `No conversation takes the message: ${why}.`);
}
