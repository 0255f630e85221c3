/** How much live mode asks of Twilio and of this process; times in milliseconds. All of it is per process. */
export interface LiveLimits {
  /** Connections to Twilio, and so requests under way at one time. */
  readonly connections: number;
  /** Requests that may wait for a connection; more are refused at once. */
  readonly queue: number;
  /** To open a connection. */
  readonly connectTimeout: number;
  /** To wait for the head of an answer, and between two parts of its body. */
  readonly answerTimeout: number;
  /** For a whole call: waiting, every attempt, every pause. */
  readonly timeout: number;
  /** Attempts after the first, where another one is safe. */
  readonly retries: number;
  /** Before the first retry, at the most, when Twilio does not say; each further one may wait twice as long. */
  readonly retryPause: number;
  /** Retries that may be made in a row before calls must earn them, and what part of one a call earns. */
  readonly retryReserve: number;
  readonly retryShare: number;
  /** The breaker opens when more than half of the last `breakerWindow` attempts failed, once `breakerMinimum` were made. */
  readonly breakerWindow: number;
  readonly breakerMinimum: number;
  /** How long an open breaker refuses. */
  readonly breakerPause: number;
  /** Bytes of an answer: a page of 100 of the longest messages is less. */
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
