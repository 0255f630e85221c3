import { randomUUID } from 'node:crypto';
import type { LogEntry } from './change-log-reader.js';
import { WorldClock } from '../kernel/clock.js';
import type { WorldSchema } from '../kernel/schema.js';
import { World } from '../kernel/world.js';

/** Worlds by account, without anything that drives them. */
export type WorldMap = Map<string, World>;

export function applyTo(worlds: WorldMap, schema: WorldSchema, entry: LogEntry): void {
  if ('removed' in entry) {
    worlds.delete(entry.removed);
  } else if ('world' in entry) {
    const { world } = entry;
    worlds.set(world.account, World.from(schema, world, clockAt(world.moment)));
  } else {
    const world = worlds.get(entry.account) ?? newWorld(schema, entry.account);
    (world.clock as WorldClock).set(entry.moment);
    world.applyChanges(entry);
    worlds.set(entry.account, world);
  }
}

/** A world for an account of which nothing else is known. */
export function newWorld(schema: WorldSchema, account: string, sidKey: string = randomUUID()): World {
  return new World(schema, account, sidKey, clockAt(0));
}

const clockAt = (start: number): WorldClock => new WorldClock({ mode: 'manual', start });
