/** Values that several scenarios use. */

/** A well-formed SID that nothing has. */
export const nobody = (prefix: string): string => prefix + '0'.repeat(32);

/** A text of that many characters. */
export const long = (length: number): string => 'x'.repeat(length);

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
} as const;

/** A date as REST answers write it: UTC, whole seconds. */
export const DATE = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$';

/** An expectation: a text of this form. */
export const like = (pattern: string): { like: string } => ({ like: pattern });

/** Refusals, as steps expect them. */
export const notFound = { status: 404, code: 20404 } as const;
export const nothingSent = { status: 400, code: 20161 } as const;
export const closed = { status: 400, code: 50377 } as const;
