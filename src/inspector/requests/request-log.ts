import { queryControl } from '../data/api.js';
import type { LogSource } from '../data/log-replica.js';
import type { Exchange } from '../data/types.js';

interface Found {
  readonly exchanges: readonly Exchange[];
  readonly total: number;
  readonly unanswered?: readonly string[];
}

/** The server's journal, with those of other servers on the same database. */
export const requestLog: LogSource<Exchange> = {
  async list(query) {
    const { exchanges, total, unanswered } = await queryControl<Found>('journal.list', query);
    return { entries: exchanges, total, unanswered };
  },
  idOf: ({ kind, id }) => (kind === 'exchange' || kind === 'violations' ? id : undefined),
  invalidates: ({ kind, name }) => kind === 'journal-cleared' || name === 'journal.clear',
};
