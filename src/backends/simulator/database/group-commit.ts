import type { ChangeRow } from './change-row.js';

/**
 * Writes changes in the order in which they were added. Those that are added while a write is running are written together
 * in the next one.
 */
export class GroupCommit {
  #pending: ChangeRow[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  /** How many rows of each world are not stored yet. */
  readonly #unstored = new Map<string, number>();

  constructor(
    readonly write: (rows: readonly ChangeRow[]) => Promise<void>,
    /** Called when a write failed, before anyone who waits for it learns of it. */
    readonly onFailure: (cause: unknown) => void,
  ) {}

  add(row: ChangeRow): void {
    this.#pending.push(row);
    this.#unstored.set(row.account, (this.#unstored.get(row.account) ?? 0) + 1);
  }

  isStored(account: string): boolean {
    return !this.#unstored.has(account);
  }

  /** Resolves once everything that was added before this call is stored. */
  flush(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return (this.#running = this.#write());
    this.#next = this.#running.then(() => {
      this.#next = undefined;
      return (this.#running = this.#write());
    });
    return this.#next;
  }

  async #write(): Promise<void> {
    const rows = this.#pending;
    this.#pending = [];
    try {
      if (rows.length > 0) await this.write(rows);
      for (const { account } of rows) this.#stored(account);
    } catch (error) {
      this.onFailure(error);
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  #stored(account: string): void {
    const left = (this.#unstored.get(account) ?? 1) - 1;
    if (left === 0) this.#unstored.delete(account);
    else this.#unstored.set(account, left);
  }
}
