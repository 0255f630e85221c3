import type { NextExchangeId } from './journal.js';

/** 2026-01-01, so that ids are safe integers until 2060. */
const EPOCH = 1_767_225_600_000;
/** In each millisecond. A server that has more exchanges runs ahead of the time. */
const PER_MILLISECOND = 32;
/** How many servers have ids of their own. */
const SERVERS = 256;

/**
 * Ids for the exchanges of several servers: each has its own, and together they are in the order of time, as far as the
 * clocks of the servers agree.
 * @param server returns the number of this server, once it has one
 */
export function createSharedExchangeIds(server: () => number, now: () => number = Date.now): NextExchangeId {
  return (last) => {
    const slot = server() % SERVERS;
    const tick = Math.max(Math.floor((now() - EPOCH) * PER_MILLISECOND), Math.floor(last / SERVERS) + 1);
    return tick * SERVERS + slot;
  };
}
