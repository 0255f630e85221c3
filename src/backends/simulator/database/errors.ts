import { UnderstudyError } from '../../../core/errors.js';

/** The error of a start. @param address without user and password */
export function badStore(address: string, reason: string, cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_STORE',
    `The database ${address} cannot be used: ${reason}. Check --store (or UNDERSTUDY_STORE), and that PostgreSQL 14 or ` +
      'later runs there and lets this user create a schema.',
    { cause },
  );
}

/** The error of a call while the database cannot be reached. */
export function storeDown(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_STORE_DOWN',
    `Nothing was read or changed, because the database of --store cannot be reached (${messageOf(cause)}). Try again; ` +
      'the server connects again on its own.',
    { cause, retryAfter: 1 },
  );
}

/** The error of a change that was sent to the database when the connection was lost. */
export function notConfirmed(cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_CONFIRMED',
    `The connection to the database of --store was lost before it confirmed the change (${messageOf(cause)}). Read the ` +
      'records to see whether the change was made, before you repeat the request.',
    { cause, retryAfter: 1 },
  );
}

/** The error of a call for a world that another server has. */
export function worldElsewhere(account: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_WORLD_ELSEWHERE',
    `Another server on the same database has the world of ${account} in memory. Try again; the world moves when that ` +
      'server stops or has not used it for a while.',
    { retryAfter: 1 },
  );
}

/** The error of a call for a world whose rows this program cannot read. */
export function badWorld(account: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_BAD_STORE',
    `The world of ${account} in the database of --store cannot be loaded: ${messageOf(cause)}. Restore its rows in ` +
      'understudy.snapshots and understudy.changes from a backup, or delete its rows in all tables.',
    { cause },
  );
}

/** Log lines. */
export const warnings = {
  lost: (address: string, cause: unknown): string =>
    `Lost the connection to the database ${address} (${messageOf(cause)}). Calls are answered with 503 until it is back.`,
  back: (address: string): string => `Connected to the database ${address} again.`,
  upkeep: (cause: unknown): string =>
    `Cannot look for worlds that need an owner (${messageOf(cause)}). Their timers wait; it is tried again four times a second.`,
  world: (account: string, cause: unknown): string =>
    `Cannot take the world of ${account}, whose timers or webhooks wait (${messageOf(cause)}). It is tried again every 30 s.`,
  snapshot: (account: string, cause: unknown): string =>
    `Cannot write a snapshot of the world of ${account} (${messageOf(cause)}). Nothing is lost: its changes are kept, and ` +
    'the snapshot is tried again later.',
};

export function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // Node connects to each address of a name, and reports all failures in one error without a message.
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(messageOf).join(', ');
  return cause.message;
}
