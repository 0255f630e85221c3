import type { Conversation, Message, Participant } from '../data/types.js';

/** A participant's identity (chat), else its address (SMS, WhatsApp), else its SID. */
export function participantName({ identity, address, sid }: Participant): string {
  return identity ?? address ?? sid;
}

/**
 * Whether a message goes to the right side of the chat, which is for agents. If any participant has an address, all chat
 * participants count as agents; otherwise only the first participant does.
 */
export function isFromAgent({ author, participant_sid }: Message, { participants }: Conversation): boolean {
  const sender = participants.find(({ sid, identity }) => sid === participant_sid || identity === author);
  if (sender === undefined) return false;
  return participants.some(({ address }) => address !== null)
    ? sender.address === null
    : sender.sid === participants[0]?.sid;
}

/** The participants that can send a message: all with an identity, or with an address and a proxy address. */
export function possibleSenders({ participants }: Conversation): readonly Participant[] {
  const senders = participants.filter(({ identity, address, proxy_address }) =>
    address === null ? identity !== null : proxy_address !== null,
  );
  // Participants with an address first: replying as the customer is the common case.
  return senders.toSorted((a, b) => Number(a.address === null) - Number(b.address === null));
}
