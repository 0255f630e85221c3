/** The Sync objects of Conversations: their names, and the records that they show. */
import { createHash } from 'node:crypto';
import type { SyncKind } from '../../../core/client-view.js';

type ObjectKind = 'channel' | 'messages' | 'roster' | 'conversations' | 'info';

/** An object of a conversation or of a user. */
export interface ObjectName {
  readonly kind: ObjectKind;
  readonly name: string;
  /** Of the conversation, or of the user's service. */
  readonly ownerSid: string;
  /** Of the user. */
  readonly identity?: string;
}

const syncKinds: Readonly<Record<ObjectKind, SyncKind>> = {
  channel: 'document',
  messages: 'list',
  roster: 'map',
  conversations: 'map',
  info: 'map',
};

const prefixes: Readonly<Record<SyncKind, string>> = { document: 'ET', list: 'ES', map: 'MP' };

export const syncKindOf = ({ kind }: ObjectName): SyncKind => syncKinds[kind];

/** Names by the conversation's SID: the SDKs fall back on those of the document and of the roster. */
export const conversationName = (sid: string, kind: 'channel' | 'messages' | 'roster'): string => `${sid}.${kind}`;

/** Names by the identity: a user keeps its objects when a world is reset or restored, even if its SID changes. */
export const userName = (serviceSid: string, identity: string, kind: 'conversations' | 'info'): string =>
  `${serviceSid}.${identity}.${kind}`;

const NAME = /^(?<owner>(?:CH|IS)[0-9a-fA-F]{32})(?:\.(?<identity>.{1,256}))?\.(?<kind>[a-z]+)$/s;

/** Parses a name; undefined if it names no object of Conversations. */
export function parseName(name: string): ObjectName | undefined {
  const { owner = '', identity, kind = '' } = NAME.exec(name)?.groups ?? {};
  if (!Object.hasOwn(syncKinds, kind)) return undefined;
  const isOfUser = kind === 'conversations' || kind === 'info';
  if (isOfUser !== (identity !== undefined) || owner.startsWith('IS') !== isOfUser) return undefined;
  return { kind: kind as ObjectKind, name, ownerSid: owner, ...(identity === undefined ? {} : { identity }) };
}

/** The SID of an object. It follows from the name, so it stays the same over a restart. */
export function sidOf(account: string, name: ObjectName): string {
  const digest = createHash('sha256').update(`${account} ${name.name}`).digest('hex').slice(0, 32);
  return prefixes[syncKindOf(name)] + digest;
}
