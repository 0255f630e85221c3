import { expect, onTestFinished } from 'vitest';
import { createSimulator } from '../../src/backends/simulator/simulator.js';
import type { SimulatorOptions } from '../../src/backends/simulator/simulator-options.js';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import type { Overrides } from '../../src/app/understudy.js';
import { makeAccessToken } from '../../src/core/access-token.js';
import type { JsonObject } from '../../src/core/body.js';
import { RawClient, type RawDesk } from './socket.js';

export interface Server extends RawDesk {
  /** The log lines so far. */
  readonly log: readonly string[];
  /** Calls an operation, of the default world unless an account is given. */
  readonly call: (operation: string, input: object, account?: string) => Promise<Record<string, string>>;
  readonly control: (name: string, input: JsonObject, account?: string) => Promise<unknown>;
  readonly metrics: () => Promise<string>;
}

/** A simulator with options that have no flag. */
export const simulatorWith =
  (options: Partial<SimulatorOptions>): NonNullable<Overrides['createBackend']> =>
  ({ settings: { defaultAccount }, binding: { operations, bind, unknownField }, onWorldChange, admitGrowth }) =>
    createSimulator({
      operations,
      bind,
      unknownField,
      clock: { mode: 'real' },
      defaultAccount,
      onWorldChange,
      admitGrowth,
      ...options,
    });

/** A server with other parts than usual. Clients are users of its default service. */
export async function openServer(overrides: Overrides): Promise<Server> {
  const log: string[] = [];
  const running = await startUnderstudy(
    { restPort: 0, mcpPort: 0, logLevel: 'info' },
    { writeLog: (line) => void log.push(line), ...overrides },
  );
  onTestFinished(running.close);
  const { restUrl: url, engine, controls, settings } = running;
  const { defaultAccount } = settings;
  return {
    log,
    world: { url },
    token: (identity, { account = defaultAccount } = {}) =>
      makeAccessToken({ account, key: `SK${'0'.repeat(32)}`, identity, now: Date.now(), ttl: 600, secret: 's' }),
    async call(operation, input, account = defaultAccount) {
      const { result } = await engine.call(operation, input as never, { surface: 'engine', account, origin: url });
      return result.body?.value as Record<string, string>;
    },
    control: (name, input, account) => controls.run(name, account, input),
    metrics: async () => (await fetch(`${url}/__understudy/metrics`)).text(),
  };
}

/** Connects a user whom the server cannot serve now, and checks that it says so. */
export async function refusedInit(server: Server, identity: string, code: number): Promise<void> {
  const client = await RawClient.open(server);
  const { header } = await client.request({ method: 'init', token: server.token(identity) });
  expect(header['status']).toMatchObject({ code: 503, errorCode: code });
  client.socket.close();
}
