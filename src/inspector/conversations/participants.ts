import type { Conversation, Message, Participant } from '../base/types.js';

/** How a participant is called: a chat user by identity, a phone by its address. */
export function nameOfPerson({ identity, address, sid }: Participant): string {
  return identity ?? address ?? sid;
}

/**
 * Whether a message stands on the right: those who answer. Where there are phones, that is everybody on chat; else
 * whoever was there first.
 */
export function isAnswer({ author, participant_sid }: Message, { participants }: Conversation): boolean {
  const person = participants.find(({ sid, identity }) => sid === participant_sid || identity === author);
  if (person === undefined) return false;
  return participants.some(({ address }) => address !== null)
    ? person.address === null
    : person.sid === participants[0]?.sid;
}

/** Those who can write here as if they had the phone or the browser in their hands. */
export function writers({ participants }: Conversation): readonly Participant[] {
  const can = participants.filter(({ identity, address, proxy_address }) =>
    address === null ? identity !== null : proxy_address !== null,
  );
  // Customers first: to answer as the customer is what people come for.
  return can.toSorted((a, b) => Number(a.address === null) - Number(b.address === null));
}
