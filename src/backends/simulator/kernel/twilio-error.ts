/** Refusals that all Twilio products share. Those of one product belong to the product. */

/** A refusal by Twilio. Rules throw it; the simulator turns it into a response in one place. */
export class TwilioError extends Error {
  override readonly name = 'TwilioError';

  constructor(
    readonly code: number,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Makes the error of a rule, when the rule is broken. */
export type Refusal = () => TwilioError;

/**
 * The status and message of a code, and where they are from: `recorded`, a real response with this status and text;
 * `dictionary`, code and text from Twilio's error dictionary, status inferred from the kind of error; `inferred`, both.
 */
export type RefusalEntry = readonly [status: number, message: string, source: 'recorded' | 'dictionary' | 'inferred'];

export const commonRefusals = {
  20001: [400, 'Invalid parameter', 'dictionary'],
  20403: [403, '403 Forbidden', 'inferred'],
  20404: [404, 'The requested resource was not found', 'recorded'],
  20409: [409, 'Conflict', 'dictionary'],
  20161: [400, 'Parameters are not specified for update request', 'dictionary'],
} as const satisfies Record<number, RefusalEntry>;

export function notFound(path: string): TwilioError {
  return new TwilioError(20404, commonRefusals[20404][0], `The requested resource ${path} was not found`);
}

export function emptyUpdate(): TwilioError {
  const [status, message] = commonRefusals[20161];
  return new TwilioError(20161, status, message);
}

/** A request that the resource's present state forbids. */
export function conflict(): TwilioError {
  const [status, message] = commonRefusals[20409];
  return new TwilioError(20409, status, message);
}

/** The texts are inferred: other Twilio products use them. */
export function invalidRequest(message: string): TwilioError {
  return new TwilioError(20001, commonRefusals[20001][0], message);
}

export function missingParameter(name: string): TwilioError {
  return invalidRequest(`Missing required parameter ${name} in the post body`);
}

export function badParameter(name: string, expected: string): TwilioError {
  return invalidRequest(`Invalid parameter ${name}: ${expected}`);
}
