/** Values that several scenarios use. */

/** A well-formed SID of a record that does not exist. */
export const missingSid = (prefix: string): string => prefix + '0'.repeat(32);

export const textOfLength = (length: number): string => 'x'.repeat(length);

/** Patterns of SIDs, by resource. */
export const SIDS = {
  service: '^IS[0-9a-f]{32}$',
  account: '^AC[0-9a-f]{32}$',
  role: '^RL[0-9a-f]{32}$',
  conversation: '^CH[0-9a-f]{32}$',
  messagingService: '^MG[0-9a-f]{32}$',
  message: '^IM[0-9a-f]{32}$',
  participant: '^MB[0-9a-f]{32}$',
  receipt: '^DY[0-9a-f]{32}$',
  user: '^US[0-9a-f]{32}$',
  webhook: '^WH[0-9a-f]{32}$',
  address: '^IG[0-9a-f]{32}$',
  credential: '^CR[0-9a-f]{32}$',
} as const;

/** Pattern of a date in a response: UTC, whole seconds. */
export const DATE = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$';

/** An expectation: a string that matches the pattern. */
export const like = (pattern: string): { like: string } => ({ like: pattern });

// Expected errors.
export const notFound = { status: 404, code: 20404 } as const;
export const nothingToUpdate = { status: 400, code: 20161 } as const;
export const conversationClosed = { status: 400, code: 50377 } as const;
