import type { Json, JsonObject } from '../core/body.js';
import type { Exchange, SurfaceName } from '../core/operation.js';
import type { ControlParts } from './parts.js';

interface JournalFilter {
  readonly ids?: readonly number[];
  readonly operation?: string;
  readonly surface?: SurfaceName;
  readonly status?: number;
  readonly world?: string;
  readonly text?: string;
}

export interface JournalSearch extends JournalFilter {
  readonly after?: number;
  readonly before?: number;
  readonly limit?: number;
  /** Leaves out the other servers. */
  readonly own?: boolean;
}

/** Exchanges of all servers on a database, oldest first. */
interface Found {
  readonly exchanges: readonly Exchange[];
  /** Of all exchanges, since the start or the last clear. */
  readonly total: number;
  /** The servers whose exchanges are missing, because they did not answer in time. */
  readonly unanswered: readonly string[];
}

/** The most that a control returns, and that a journal holds. */
export const MAX_EXCHANGES = 1000;

export type SearchJournals = (search: JournalSearch) => Promise<Found>;

/**
 * Searches the journal of this server and those of the others on its database. Without `after`, returns the latest exchanges
 * up to the limit; with `after`, the first ones that follow that id.
 */
export function createJournalSearch({ journal, settled, shared, defaultAccount }: ControlParts): SearchJournals {
  async function searchOwn({ after, before = Infinity, limit, ...filter }: JournalSearch): Promise<Exchange[]> {
    await settled();
    const found = journal
      .entries(after === undefined ? {} : { after })
      .filter((exchange) => exchange.id < before && matches(exchange, filter, defaultAccount));
    return part(found, { after, limit });
  }

  return async ({ own = false, ...search }) => {
    const [exchanges, asked] = await Promise.all([
      searchOwn(search),
      own ? undefined : shared?.others.ask('journal.list', { limit: MAX_EXCHANGES, ...(search as JsonObject) }),
    ]);
    if (asked === undefined || shared === undefined) return { exchanges, total: journal.total(), unanswered: [] };
    const all = exchanges.map((exchange) => ({ ...exchange, server: shared.others.self }));
    let total = journal.total();
    for (const { server, value } of asked.answers) {
      const theirs = value as unknown as Pick<Found, 'exchanges' | 'total'>;
      for (const exchange of theirs.exchanges) all.push({ ...exchange, server });
      total += theirs.total;
    }
    all.sort((a, b) => a.id - b.id);
    return { exchanges: part(all, search), total, unanswered: asked.unanswered };
  };
}

interface Part {
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

function part(found: Exchange[], { after, limit = found.length }: Part): Exchange[] {
  if (found.length <= limit) return found;
  return after === undefined ? found.slice(-limit) : found.slice(0, limit);
}

function matches(
  exchange: Exchange,
  { ids, operation, surface, status, world, text }: JournalFilter,
  defaultAccount: string,
): boolean {
  return (
    (ids === undefined || ids.includes(exchange.id)) &&
    (operation === undefined || exchange.operation === operation) &&
    (surface === undefined || exchange.surface === surface) &&
    (status === undefined || exchange.status === status) &&
    (world === undefined || (exchange.account ?? defaultAccount) === world) &&
    (text === undefined || JSON.stringify([exchange.input, exchange.answer] satisfies Json[]).includes(text))
  );
}
