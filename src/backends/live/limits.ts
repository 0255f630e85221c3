/** Limits of live mode, per process. Times are in milliseconds. */
export interface LiveLimits {
  /** Connections to Twilio, which is also the number of concurrent requests. */
  readonly connections: number;
  /** Requests that may wait for a connection. Further ones are refused immediately. */
  readonly queue: number;
  /** Time to open a connection. */
  readonly connectTimeout: number;
  /** Time to receive the response headers, and the longest gap between two chunks of the body. */
  readonly answerTimeout: number;
  /** Time for a whole call: waiting for a connection, all attempts and the pauses between them. */
  readonly timeout: number;
  /** Attempts after the first one, where a retry is safe. */
  readonly retries: number;
  /** Longest pause before the first retry, unless Twilio sends Retry-After. Doubles with each further retry. */
  readonly retryPause: number;
  /** Size of the retry budget: retries allowed in a row before further ones must be earned by calls. */
  readonly retryReserve: number;
  /** How much of a retry each call adds to the retry budget. */
  readonly retryShare: number;
  /** The breaker opens when more than half of the last `breakerWindow` attempts failed… */
  readonly breakerWindow: number;
  /** …and at least this many attempts were made. */
  readonly breakerMinimum: number;
  /** How long an open breaker refuses calls. */
  readonly breakerPause: number;
  /** Largest response body, in bytes. A page of 100 messages of maximum length is smaller. */
  readonly longestAnswer: number;
}

export const defaultLimits: LiveLimits = {
  connections: 64,
  queue: 256,
  connectTimeout: 5000,
  answerTimeout: 15_000,
  timeout: 30_000,
  retries: 3,
  retryPause: 200,
  retryReserve: 50,
  retryShare: 0.2,
  breakerWindow: 40,
  breakerMinimum: 10,
  breakerPause: 5000,
  longestAnswer: 32 * 1024 * 1024,
};
