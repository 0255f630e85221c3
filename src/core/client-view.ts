/**
 * What a backend shows to a user of a client SDK: the objects of Twilio Sync by which the SDKs read. (They write by ordinary
 * operations.) The client surface speaks the protocol, the backend knows the records.
 */
import type { JsonObject } from './body.js';
import type { MaybePromise } from './maybe-promise.js';

export type SyncKind = 'document' | 'list' | 'map';

/** Whom a token names. */
export interface ClientGrant {
  readonly account: string;
  /** Absent: the default service of the world. */
  readonly serviceSid?: string | undefined;
  readonly identity: string;
  /** The push credential of registrations. */
  readonly credentialSid?: string | undefined;
}

/** Connects users of client SDKs with their worlds. */
export interface ClientBackend {
  /**
   * Opens the view of a user. Creates the user if the service does not know the identity, and waits until it is saved.
   * @returns undefined if the world has no such service
   * @throws UnderstudyError if there is no room for it, or if it cannot be saved
   */
  connect(grant: ClientGrant, receiver: ClientReceiver): MaybePromise<ClientView | undefined>;
}

/** A connection, as a backend sees it. */
export interface ClientReceiver {
  /** Returns false if a fault drops it. */
  notify(notification: Notification): boolean;
  /** Ends the connection. The SDK connects again. */
  restart(): void;
}

/** A message to one or more clients. Encoded once, however many receive it. */
export interface Notification {
  readonly type: string;
  readonly payload: JsonObject;
  encoded?: Uint8Array;
}

/** What one connected user sees. */
export interface ClientView {
  readonly serviceSid: string;
  readonly identity: string;
  readonly reachabilityEnabled: boolean;
  /** Names of the user's own objects. */
  readonly own: { readonly conversations: string; readonly info: string };
  /** The time of the user's world, in milliseconds since 1970. */
  now(): number;
  /** Opens an object by its name or SID; undefined if it does not exist or the user may not read it. */
  open(kind: SyncKind, key: string): SyncObjectView | undefined;
  /** Returns items of a list or map; undefined as above. */
  items(kind: SyncKind, key: string, query: ItemQuery): ItemPage | undefined;
  /**
   * Sends the changes of an object to the receiver from now on, if the events since `lastEventId` are complete.
   * @returns these events, in order; undefined as above
   */
  subscribe(kind: SyncKind, sid: string, lastEventId: number): Replay | undefined;
  unsubscribe(sid: string): void;
  /** The number of objects that the connection follows. */
  readonly subscriptionCount: number;
  /** Tells the other participants of a conversation that the user is typing; false if the user is not a participant. */
  typing(conversationSid: string, seconds: number): boolean;
  /**
   * Registers a device for push notifications, and waits until that is saved.
   * @returns the SID of the binding; undefined if the user has too many
   */
  register(device: Pick<Device, 'type' | 'endpoint' | 'messageTypes'>): MaybePromise<string | undefined>;
  /** Removes devices of the user, and waits until that is saved. */
  unregister(device: Partial<Pick<Device, 'sid' | 'type' | 'endpoint'>>): MaybePromise<void>;
  /** The number of participants and messages of a conversation. */
  counts(conversationSid: string): { readonly participants: number; readonly messages: number };
  /** Whether the user is a participant. */
  isParticipant(conversationSid: string): boolean;
  /** Sends what has changed until now. */
  flush(): void;
  disconnect(): void;
}

interface Device {
  readonly sid: string;
  readonly type: string;
  readonly endpoint: string;
  readonly messageTypes: readonly string[];
}

export interface SyncObjectView {
  readonly sid: string;
  readonly name: string;
  readonly lastEventId: number;
  /** ISO 8601. */
  readonly dateUpdated: string;
  /** Of a document. */
  readonly data?: JsonObject;
}

/** Which items to return. The tokens of pages are made from it. */
export interface ItemQuery {
  /** A single item. */
  readonly only?: string | undefined;
  /** The first item, inclusive. */
  readonly from?: string | undefined;
  /** Items after this one, in the order of the query. */
  readonly after?: string | undefined;
  /** The last items before this one, in the order of the query. */
  readonly before?: string | undefined;
  readonly order: 'asc' | 'desc';
  readonly size: number;
}

export interface ItemPage {
  readonly sid: string;
  readonly items: readonly SyncItem[];
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
}

export interface SyncItem {
  readonly key: string;
  readonly data: JsonObject;
  readonly lastEventId: number;
  readonly dateCreated: string;
  readonly dateUpdated: string;
}

export interface Replay {
  readonly events: readonly SyncEvent[];
  /** Of the object, or of the last of these events if there are more. */
  readonly lastEventId: number;
  /** False if there are more: ask again with `lastEventId`. */
  readonly isComplete: boolean;
}

/** A change of an object, as the protocol sends it. */
export interface SyncEvent {
  readonly type: string;
  readonly event: JsonObject & { readonly id: number };
}
