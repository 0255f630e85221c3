export interface PostgresStoreOptions {
  readonly url: string;
  readonly onWarning: (message: string) => void;
  /** Resolves when what changes refer to is stored. */
  readonly beforeSave?: (() => Promise<void>) | undefined;
  /** Default: 60 seconds. */
  readonly idleMs?: number | undefined;
}
