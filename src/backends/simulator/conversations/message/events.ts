import { conversations } from '../conversation/record.js';
import { dateParameter, defineEvents, numberParameter, textParameter } from '../service/event.js';
import type { MediaPart } from '../media/record.js';
import type { MessageRecord } from './record.js';

export const messageEvents = defineEvents<MessageRecord>({
  name: 'Message',
  changeable: { body: 'Body', author: 'Author', attributes: 'Attributes' },
  parameters: (phase, record, { world }) => ({
    ChatServiceSid: record.serviceSid,
    ConversationSid: record.conversationSid,
    MessageSid: record.sid,
    MessagingServiceSid: phase.endsWith('ed')
      ? world.records(conversations).get(record.conversationSid)?.messagingServiceSid
      : undefined,
    Index: record.sid === undefined ? undefined : numberParameter(record.index),
    Body: textParameter(record.body),
    Author: record.author,
    ParticipantSid: textParameter(record.participantSid),
    Attributes: record.attributes,
    Media: record.media === null ? undefined : JSON.stringify(record.media.map(mediaParameter)),
    DateCreated: dateParameter(record.dateCreated),
    DateUpdated: phase === 'Added' ? undefined : dateParameter(record.dateUpdated),
    DateRemoved: phase === 'Removed' ? dateParameter(world.now()) : undefined,
  }),
});

/** The keys are capitalised, unlike in REST responses (recorded). */
export const mediaParameter = ({ sid, contentType, size, filename }: MediaPart) => ({
  Sid: sid,
  ContentType: contentType,
  Size: size,
  Filename: filename,
});
