/** Why a connection was refused or closed by this server. */
export type DropReason = 'limit' | 'no_token' | 'slow_reader' | 'no_pong' | 'bad_frame';

/** Counts connections and frames. */
export interface ClientMetrics {
  connections(count: number): void;
  frame(method: string): void;
  /** A connection was refused, or closed by this server. */
  dropped(reason: DropReason): void;
}
