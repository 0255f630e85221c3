import { randomUUID } from 'node:crypto';
import { defaultSettings, type Settings } from '../app/settings.js';
import * as app from '../app/start-understudy.js';
import type { RunningUnderstudy } from '../app/understudy.js';
import { derive } from './derive.js';
import { SimWorld, type WorldParts } from './world.js';

/** The settings of the command line. All are optional. By default, the ports are any free ones. */
export type StartOptions = Partial<Settings>;

/** A running understudy, for tests. It is also the default world: that of callers that select none. */
export class Sim extends SimWorld implements AsyncDisposable {
  /** Origin of the MCP server. */
  readonly mcpUrl: string;
  /** URL of the intercepting proxy, with the option `proxyPort`. */
  readonly proxyUrl: string | undefined;
  /** Origin for HTTPS to hosts of Twilio, with the option `tlsPort`. */
  readonly tlsUrl: string | undefined;
  readonly #newWorld: (name?: string) => SimWorld;
  readonly #close: () => Promise<void>;

  constructor(
    parts: WorldParts,
    newWorld: (name?: string) => SimWorld,
    { mcpUrl, proxyUrl, tlsUrl, close }: Pick<RunningUnderstudy, 'mcpUrl' | 'proxyUrl' | 'tlsUrl' | 'close'>,
  ) {
    super(parts);
    this.mcpUrl = mcpUrl;
    this.proxyUrl = proxyUrl;
    this.tlsUrl = tlsUrl;
    this.#newWorld = newWorld;
    this.#close = close;
  }

  /**
   * Returns a new world, for example for one test. With an `rngSeed`, its account SID is the same in every run: it is
   * derived from the name or, without one, from the number of worlds before it.
   */
  world(name?: string): SimWorld {
    return this.#newWorld(name);
  }

  /** Stops the understudy after calls in flight have finished. */
  close(): Promise<void> {
    return this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** Starts an understudy in this process: `await using sim = await startUnderstudy({ clock: 'manual' })`. */
export async function startUnderstudy(options: StartOptions = {}): Promise<Sim> {
  const settings: Settings = { ...defaultSettings, restPort: 0, mcpPort: 0, ...options };
  const running = await app.startUnderstudy(settings);
  const { restUrl, engine, controls } = running;
  const root = settings.rngSeed ?? randomUUID();
  let count = 0;

  const newWorld = (name?: string): SimWorld => worldOf(derive('account', `${root} ${name ?? `number ${++count}`}`));
  const partsOf = (accountSid: string): WorldParts => ({
    controls,
    call: async (account, operation, input) =>
      engine.call(operation, input, { surface: 'engine', account, origin: settings.publicUrl ?? restUrl }),
    url: restUrl,
    accountSid,
    authToken: settings.authToken ?? settings.token ?? derive('token', `${root} ${accountSid}`),
    world: (other) => (other === undefined ? newWorld() : worldOf(other)),
  });
  const worldOf = (accountSid: string): SimWorld => new SimWorld(partsOf(accountSid));

  return new Sim(partsOf(settings.defaultAccount), newWorld, running);
}
