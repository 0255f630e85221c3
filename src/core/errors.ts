/**
 * Every failure of understudy itself. (Twilio's refusals are ordinary results.) The name is stable and searchable; the
 * code fills the `code` of Twilio's error body.
 */
export const understudyErrors = {
  UNDERSTUDY_BAD_OPTION: { code: 990001, status: 500 },
  UNDERSTUDY_BAD_CAPABILITY: { code: 990002, status: 500 },
  UNDERSTUDY_BAD_SEED: { code: 990003, status: 500 },
  UNDERSTUDY_BAD_DATA_FILE: { code: 990004, status: 500 },
  UNDERSTUDY_PORT_TAKEN: { code: 990005, status: 500 },
  UNDERSTUDY_NO_TOKEN: { code: 990006, status: 500 },
  UNDERSTUDY_BAD_SCENARIO: { code: 990007, status: 500 },
  UNDERSTUDY_BAD_KNOWN_DRIFT: { code: 990008, status: 500 },
  UNDERSTUDY_BAD_CA: { code: 990009, status: 500 },
  UNDERSTUDY_BAD_STORE: { code: 990010, status: 500 },
  UNDERSTUDY_UNKNOWN_OPERATION: { code: 990101, status: 404 },
  UNDERSTUDY_MISSING_PARAMETER: { code: 990102, status: 400 },
  UNDERSTUDY_UNKNOWN_FIELD: { code: 990103, status: 400 },
  UNDERSTUDY_BAD_BODY: { code: 990104, status: 400 },
  UNDERSTUDY_UNAUTHORIZED: { code: 990105, status: 401 },
  UNDERSTUDY_FORBIDDEN_HOST: { code: 990106, status: 403 },
  UNDERSTUDY_TOO_MANY_WORLDS: { code: 990107, status: 429 },
  UNDERSTUDY_NOT_SAVED: { code: 990108, status: 503 },
  UNDERSTUDY_BAD_REQUEST: { code: 990109, status: 400 },
  UNDERSTUDY_UNSUPPORTED_TYPE: { code: 990110, status: 415 },
  UNDERSTUDY_CANCELLED: { code: 990111, status: 499 },
  UNDERSTUDY_CUT_OFF: { code: 990112, status: 502 },
  UNDERSTUDY_UNKNOWN_CONTROL: { code: 990113, status: 404 },
  UNDERSTUDY_AMBIGUOUS_OPERATION: { code: 990114, status: 400 },
  UNDERSTUDY_NOT_SIMULATED: { code: 990115, status: 501 },
  UNDERSTUDY_MEDIA_FULL: { code: 990116, status: 507 },
  UNDERSTUDY_MISDIRECTED: { code: 990117, status: 421 },
  UNDERSTUDY_PROXY_UNAUTHORIZED: { code: 990118, status: 407 },
  UNDERSTUDY_NOT_TUNNELLED: { code: 990119, status: 403 },
  UNDERSTUDY_TUNNEL_FAILED: { code: 990120, status: 502 },
  UNDERSTUDY_OUT_OF_MEMORY: { code: 990121, status: 503 },
  UNDERSTUDY_STORE_DOWN: { code: 990122, status: 503 },
  UNDERSTUDY_NOT_CONFIRMED: { code: 990123, status: 503 },
  UNDERSTUDY_WORLD_ELSEWHERE: { code: 990124, status: 503 },
  UNDERSTUDY_INTERNAL: { code: 990199, status: 500 },
  UNDERSTUDY_UPSTREAM_UNREACHABLE: { code: 990201, status: 502 },
  UNDERSTUDY_UPSTREAM_BROKE_OFF: { code: 990202, status: 502 },
  UNDERSTUDY_UPSTREAM_BAD_ANSWER: { code: 990203, status: 502 },
  UNDERSTUDY_UPSTREAM_TIMEOUT: { code: 990204, status: 504 },
  UNDERSTUDY_UPSTREAM_DOWN: { code: 990205, status: 503 },
  UNDERSTUDY_BUSY: { code: 990206, status: 503 },
  UNDERSTUDY_NO_CREDENTIALS: { code: 990207, status: 403 },
  UNDERSTUDY_NOT_ALLOWED: { code: 990208, status: 403 },
  UNDERSTUDY_DRY_RUN: { code: 990209, status: 403 },
  UNDERSTUDY_CASSETTE_MISS: { code: 990301, status: 404 },
  UNDERSTUDY_BAD_CASSETTE: { code: 990302, status: 500 },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  readonly code: number;
  readonly status: number;
}

export type UnderstudyErrorName = keyof typeof understudyErrors;

/** Rendered by the surface or the command line that catches it. The message says what to do next. */
export class UnderstudyError extends Error {
  override readonly name: UnderstudyErrorName;
  readonly code: number;
  readonly status: number;
  /** Seconds after which a retry may succeed, if known. */
  readonly retryAfter: number | undefined;

  constructor(name: UnderstudyErrorName, message: string, options?: ErrorOptions & { retryAfter?: number }) {
    super(message, options);
    this.retryAfter = options?.retryAfter;
    this.name = name;
    this.code = understudyErrors[name].code;
    this.status = understudyErrors[name].status;
  }

  /** In the format of Twilio's errors, so that Twilio's clients can read it. */
  get body(): { code: number; message: string; more_info: string; status: number } {
    return errorBody(this.code, this.message, `urn:twilio-understudy:${this.name}`, this.status);
  }
}

/** The error of a flag, variable or setting that is wrong. */
export function badOption(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', message);
}

/** The body of every error response, with keys in Twilio's order. */
export function errorBody(code: number, message: string, more_info: string, status: number) {
  return { code, message, more_info, status };
}

/** JSON Schema of `errorBody`. */
export const errorBodySchema = {
  type: 'object',
  properties: {
    code: { type: 'integer' },
    message: { type: 'string' },
    more_info: { type: 'string' },
    status: { type: 'integer' },
  },
  required: ['code', 'message', 'more_info', 'status'],
} as const;
