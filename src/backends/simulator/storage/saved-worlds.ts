import type { World } from '../kernel/world.js';
import type { Worlds } from '../kernel/worlds.js';
import type { ChangeSink } from './world-store.js';

/** Knows which worlds are in the files completely, so that only their changes need to be appended to the log. */
export class SavedWorlds {
  /** By account. */
  readonly #saved = new Map<string, World>();

  constructor(readonly worlds: Worlds) {}

  /** Takes a world as saved. */
  track(world: World): void {
    world.recordChanges();
    world.origin = undefined;
    this.#saved.set(world.account, world);
  }

  /** Takes no notice of a world any more, although it is not deleted. */
  forget(account: string): void {
    this.#saved.delete(account);
  }

  /** Appends what has changed in all worlds. */
  appendAll(log: ChangeSink): void {
    for (const { world } of this.worlds.all()) {
      // One that has only been read can be created again.
      if (this.#saved.get(world.account) === world || this.worlds.isKept(world.account)) this.append(world, log);
    }
    for (const account of this.#saved.keys()) this.appendRemoval(account, log);
  }

  /** Appends the removal of a world that does not exist any more. */
  appendRemoval(account: string, log: ChangeSink): void {
    const world = this.#saved.get(account);
    if (world === undefined || this.worlds.find(account)?.world === world) return;
    this.#saved.delete(account);
    log.add({ removed: account }, () => this.track(this.worlds.restore(world.snapshot()).world));
  }

  /** A new, restored or imported world is appended completely; after that, only its changes are. */
  append(world: World, log: ChangeSink): void {
    const { account } = world;
    const saved = this.#saved.get(account);
    if (saved === world) {
      const taken = world.takeChanges();
      if (taken !== undefined) log.add(taken.changes, taken.undo);
      return;
    }
    const source = log.takesCopies ? this.#sourceOf(world) : undefined;
    if (source !== undefined) this.append(source, log);
    this.track(world);
    const undo = (): void => {
      if (saved === undefined) {
        this.#saved.delete(account);
        this.worlds.remove(account);
      } else {
        this.#saved.set(account, saved);
        this.worlds.get(account).replace(saved);
      }
    };
    if (source === undefined) return log.addWorld(world.snapshot(), undo);
    const { records: _, ...head } = world.snapshot();
    log.add({ world: { ...head, records: {} }, copyOf: source.account }, undo);
  }

  /** The world that this one has been copied from, if the two are still the same, and the other one is in the files. */
  #sourceOf({ origin, revision }: World): World | undefined {
    if (origin === undefined || origin.ownRevision !== revision) return undefined;
    const { world } = origin;
    return this.#saved.get(world.account) === world && world.revision === origin.revision ? world : undefined;
  }
}
