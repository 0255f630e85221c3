/** How far a long start has come. */
export interface StartProgress {
  /** `read seed` and `read data` count bytes, `seed` counts entries. */
  readonly phase: 'read seed' | 'seed' | 'read data';
  readonly done: number;
  readonly total: number;
}

export type OnStartProgress = (progress: StartProgress) => void;
