import type { WorldSnapshot } from './world-content.js';

/** Of one world. */
const MAX_SNAPSHOTS = 100;
/** Of all worlds together: one for each world. */
const MAX_ALL_SNAPSHOTS = 10_000;

/** The saved states of worlds, by account and name. Records are immutable, so that a snapshot shares those that have not changed. */
export class Snapshots {
  readonly #byAccount = new Map<string, Map<string, WorldSnapshot>>();
  #size = 0;

  get(account: string, name: string): WorldSnapshot | undefined {
    return this.#byAccount.get(account)?.get(name);
  }

  /** Returns why there is no room for a snapshot; undefined if there is. An existing one is replaced. */
  limitFor(account: string, name: string): string | undefined {
    const existing = this.#byAccount.get(account);
    if (existing?.has(name) === true) return undefined;
    if ((existing?.size ?? 0) >= MAX_SNAPSHOTS) return `${account} has ${MAX_SNAPSHOTS} snapshots, which is the limit`;
    if (this.#size >= MAX_ALL_SNAPSHOTS) return `all worlds have ${MAX_ALL_SNAPSHOTS} snapshots, which is the limit`;
    return undefined;
  }

  set(account: string, name: string, document: WorldSnapshot): void {
    const existing = this.#byAccount.get(account) ?? new Map<string, WorldSnapshot>();
    this.#byAccount.set(account, existing);
    if (!existing.has(name)) this.#size += 1;
    existing.set(name, document);
  }

  /** @returns whether there was one */
  delete(account: string, name: string): boolean {
    const existing = this.#byAccount.get(account);
    if (existing?.delete(name) !== true) return false;
    this.#size -= 1;
    if (existing.size === 0) this.#byAccount.delete(account);
    return true;
  }

  deleteAll(account: string): void {
    this.#size -= this.#byAccount.get(account)?.size ?? 0;
    this.#byAccount.delete(account);
  }

  names(account: string): readonly string[] {
    return [...(this.#byAccount.get(account)?.keys() ?? [])];
  }

  all(): readonly WorldSnapshot[] {
    return [...this.#byAccount.values()].flatMap((each) => [...each.values()]);
  }
}
