import { randomUUID } from 'node:crypto';
import type { LogEntry } from './change-log-reader.js';
import { WorldClock } from '../kernel/clock.js';
import type { WorldCopy } from './log-content.js';
import type { WorldSchema } from '../kernel/schema.js';
import { WorldDraft } from '../kernel/world-draft.js';
import type { WorldDocument } from '../kernel/world-content.js';
import { World } from '../kernel/world.js';

/** The worlds of a document, to which the entries of logs are applied. */
export class WorldDrafts {
  /** By account. */
  readonly #drafts = new Map<string, WorldDraft>();
  /** The accounts of which only changes are known. */
  readonly #withoutBase = new Set<string>();

  constructor(readonly schema: WorldSchema) {}

  apply(entry: LogEntry): void {
    if ('removed' in entry) {
      this.#drafts.delete(entry.removed);
      this.#withoutBase.delete(entry.removed);
    } else if ('copyOf' in entry) this.#copy(entry);
    else if ('world' in entry) this.add(entry.world);
    else this.#draftOf(entry.account).apply(entry);
  }

  /** Adds a world, or replaces the account's earlier one. */
  add(world: WorldDocument): void {
    this.#drafts.set(world.account, new WorldDraft(this.schema, world));
    this.#withoutBase.delete(world.account);
  }

  #copy({ world, copyOf }: WorldCopy): void {
    const source = this.#drafts.get(copyOf);
    if (source === undefined) {
      this.#drafts.delete(world.account);
      this.#draftOf(world.account);
    } else this.add({ ...world, records: source.toDocument().records });
  }

  #draftOf(account: string): WorldDraft {
    let draft = this.#drafts.get(account);
    if (draft === undefined) {
      draft = new WorldDraft(this.schema, emptyWorld(this.schema, account));
      this.#drafts.set(account, draft);
      this.#withoutBase.add(account);
    }
    return draft;
  }

  /** An account of which only changes are known, if there is one. */
  get accountWithoutBase(): string | undefined {
    const [account] = this.#withoutBase;
    return account;
  }

  toDocuments(): WorldDocument[] {
    return Array.from(this.#drafts.values(), (draft) => draft.toDocument());
  }
}

/** A world for an account of which nothing else is known. */
export function emptyWorld(schema: WorldSchema, account: string, sidKey: string = randomUUID()): WorldDocument {
  return new World(schema, account, sidKey, new WorldClock({ mode: 'manual', start: 0 })).toDocument();
}
