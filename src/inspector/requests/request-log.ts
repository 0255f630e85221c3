import { queryControl } from '../data/api.js';
import type { LogSource } from '../data/log-replica.js';
import type { Exchange } from '../data/types.js';

/** The server's journal. */
export const requestLog: LogSource<Exchange> = {
  async list(query) {
    const found = await queryControl<{ exchanges: readonly Exchange[]; total: number }>('journal.list', query);
    return { entries: found.exchanges, total: found.total };
  },
  idOf: ({ kind, id }) => (kind === 'exchange' || kind === 'violations' ? id : undefined),
  invalidates: ({ kind, name }) => kind === 'journal-cleared' || name === 'journal.clear',
};
