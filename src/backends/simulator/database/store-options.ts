export interface PostgresStoreOptions {
  readonly url: string;
  readonly onWarning: (message: string) => void;
  /** Resolves when what changes refer to is stored. */
  readonly beforeSave?: (() => Promise<void>) | undefined;
  /** Default: 60 seconds. */
  readonly idleMs?: number | undefined;
  /** How long the calls of a world that is handed over may take. Default: 5 seconds. */
  readonly handOverMs?: number | undefined;
}
