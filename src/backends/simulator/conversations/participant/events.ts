import type { Context } from '../../kernel/context.js';
import { dateParameter, defineEvents, numberParameter, textParameter } from '../service/event.js';
import { updateGroup } from './group.js';
import { participants, type ParticipantRecord } from './record.js';

export const participantEvents = defineEvents<ParticipantRecord>({
  name: 'Participant',
  changeable: {},
  parameters: (phase, record, { world }) => ({
    ChatServiceSid: record.serviceSid,
    ConversationSid: record.conversationSid,
    ParticipantSid: record.sid,
    Identity: textParameter(record.identity),
    RoleSid: textParameter(record.roleSid),
    Attributes: record.attributes,
    'MessagingBinding.ProxyAddress': record.binding?.proxyAddress,
    'MessagingBinding.Address': record.binding?.address,
    'MessagingBinding.ProjectedAddress': record.binding?.projectedAddress,
    // The guide writes it in capitals, REST in lower case. Lower case here is inferred.
    'MessagingBinding.Type': record.binding?.type ?? 'chat',
    LastReadMessageIndex: phase === 'Updated' ? numberParameter(record.lastReadMessageIndex) : undefined,
    DateCreated: dateParameter(record.dateCreated),
    DateUpdated: phase === 'Added' ? undefined : dateParameter(record.dateUpdated),
    DateRemoved: phase === 'Removed' ? dateParameter(world.now()) : undefined,
  }),
});

/** Removes a participant. Its messages and its user stay, its address pair becomes free (documentation). */
export function removeParticipant(ctx: Context, participant: ParticipantRecord): void {
  ctx.world.remove(participants, participant);
  updateGroup(ctx.world, participant.conversationSid);
  ctx.world.emit(participantEvents.eventOf('Removed', participant, ctx));
}
