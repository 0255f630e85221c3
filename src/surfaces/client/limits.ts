/** What keeps the connections of client SDKs within bounds. */
export interface ClientLimits {
  /** Open connections. More are refused. */
  readonly connections: number;
  /** Connections that have no session yet. More are refused. */
  readonly waiting: number;
  /** How long a client may take to send its token, in milliseconds. */
  readonly initMs: number;
  /** How often clients are pinged, in milliseconds. One that has not answered by the next time is disconnected. */
  readonly pingMs: number;
  /** Bytes that may wait for a slow reader. */
  readonly queuedBytes: number;
  /** Requests of one connection that may wait for their answers. */
  readonly pending: number;
  /** Sync objects that one connection may follow: three for each conversation, and one for each user that is shown. */
  readonly subscriptions: number;
}

export const defaultClientLimits: ClientLimits = {
  connections: 10_000,
  waiting: 1000,
  initMs: 15_000,
  pingMs: 30_000,
  queuedBytes: 16 * 1024 * 1024,
  pending: 1000,
  subscriptions: 10_000,
};
