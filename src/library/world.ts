import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { ClockMode } from '../backends/simulator/kernel/clock.js';
import type { Delivery } from '../backends/simulator/webhooks/outbox.js';
import type { WorldDifference } from '../backends/simulator/kernel/world-diff.js';
import type { Controls } from '../control/registry.js';
import type { ActiveFault, FaultRule } from '../engine/faults.js';
import type { Expectation, Verdict } from '../control/expectations.js';
import type { Exchange, Input, Outcome } from '../core/operation.js';
import type { Json, JsonObject } from '../core/body.js';
import { toCamel, toSnake } from '../util/case.js';
import type {
  ClockState,
  Device,
  Inbound,
  JournalSearch,
  ReceiptRule,
  ReceiptStatus,
  Times,
  WebhookFilter,
  WorldFile,
} from './types.js';

/** What a world is made from. */
export interface WorldParts {
  readonly controls: Controls;
  readonly call: (account: string, operation: string, input: Input) => Promise<Outcome>;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** A world of another account SID; a new one without. */
  readonly world: (accountSid?: string) => SimWorld;
}

/** One isolated world of a simulator: what a test sees of it, beside Twilio's own API. */
export class SimWorld {
  /** The account SID that selects this world. */
  readonly accountSid: string;
  /** The password of its callers; it signs its webhooks. */
  readonly authToken: string;
  /** Where Twilio's API is served, e.g. `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly #parts: WorldParts;
  readonly #ready: Promise<unknown>;

  constructor(parts: WorldParts) {
    ({ accountSid: this.accountSid, authToken: this.authToken, url: this.url } = parts);
    this.#parts = parts;
    const { controls, accountSid, authToken } = parts;
    const canSign = controls.list.some(({ name }) => name === 'webhooks.sign-with');
    this.#ready = canSign
      ? controls.run('webhooks.sign-with', accountSid, { auth_token: authToken })
      : Promise.resolve();
    // Whoever uses the world learns of it; until then nobody waits.
    this.#ready.catch(() => undefined);
  }

  /** Asks one of the operations, e.g. `call('createservice', { body: { FriendlyName: 'Desk' } })`. A refusal is an answer. */
  async call(operation: string, input: Input = {}): Promise<{ readonly status: number; readonly body: Json }> {
    await this.#ready;
    const { result } = await this.#parts.call(this.accountSid, operation, input);
    return { status: result.status, body: result.body?.value ?? null };
  }

  /** Does a control by its name, e.g. `control('clock.advance', { by: 'PT1H' })`. */
  async control(name: string, input: object = {}): Promise<JsonObject> {
    await this.#ready;
    // As on the wire: what has no value is not there.
    const plain = JSON.parse(JSON.stringify(input)) as JsonObject;
    return (await this.#parts.controls.run(name, this.accountSid, plain)) as JsonObject;
  }

  /** Begins anew: from the seed that the simulator was started with, a seed by name, or one given as YAML. */
  async reset(from: { readonly seed?: string; readonly yaml?: string } = {}): Promise<void> {
    await this.control('worlds.reset', from);
  }

  /** Its clock. What is due happens on the way, and its webhooks have been answered at the end. */
  readonly clock = {
    show: (): Promise<ClockState> => this.#clock('clock.show'),
    set: (to: { readonly mode?: ClockMode; readonly now?: string | Date }): Promise<ClockState> =>
      this.#clock('clock.set', to),
    /** By an ISO 8601 duration such as `PT1H`. */
    advance: (by: string): Promise<ClockState> => this.#clock('clock.advance', { by }),
    runToIdle: (): Promise<ClockState> => this.#clock('clock.run-to-idle'),
  };

  /** Lets a message come in, with all its events; gives the message as Twilio's REST API shows it. */
  inbound(message: Inbound): Promise<JsonObject> {
    return this.control('inbound.message', toSnake(message));
  }

  /** Lets messages from numbers that nobody awaits open a conversation in this service; without one they are lost. */
  async autocreate(service?: string): Promise<void> {
    await this.control('inbound.autocreate', { service });
  }

  /** Lets a user come online or go offline. */
  async setOnline(service: string, identity: string, online: boolean): Promise<void> {
    await this.control('users.set-online', { service, identity, online });
  }

  /** Registers a device for push notifications; gives the SID of its binding. */
  async registerDevice(device: Device): Promise<string> {
    return (await this.control('bindings.register', toSnake(device)))['sid'] as string;
  }

  readonly receipts = {
    /** Gives a receipt a status by hand. */
    move: async (sid: string, status: ReceiptStatus, errorCode?: number): Promise<void> => {
      await this.control('receipts.move', toSnake({ sid, status, errorCode }));
    },
    /** What becomes of receipts from now on, by address; the first rule that fits counts. None: back to the usual. */
    setRules: async (rules: readonly ReceiptRule[]): Promise<void> => {
      const spelt = rules.map(({ address, steps }) => ({ address, steps: steps.map((step) => toSnake(step)) }));
      await this.control('receipts.set-rules', { rules: spelt });
    },
  };

  readonly webhooks = {
    list: async (filter: WebhookFilter = {}): Promise<Delivery[]> => {
      const { deliveries } = await this.control('webhooks.list', toSnake(filter));
      return (deliveries as readonly JsonObject[]).map((each) => toCamel(each) as Delivery);
    },
    /** The first delivery of an event that has been made; one that is there already counts. `timeout` in milliseconds. */
    waitFor: async (event: string, filter: WebhookFilter & { readonly timeout?: number } = {}): Promise<Delivery> =>
      toCamel(await this.control('webhooks.wait', toSnake({ ...filter, event }))) as Delivery,
    /** Makes a delivery once more, as a retry of it. */
    redeliver: async (id: number): Promise<Delivery> =>
      toCamel(await this.control('webhooks.redeliver', { id })) as Delivery,
    /** Resolves when every webhook that was to be called has been. */
    idle: async (): Promise<void> => void (await this.control('webhooks.idle')),
  };

  /** What goes wrong on demand in this world alone. */
  readonly faults = {
    add: async (rule: Omit<FaultRule, 'account'>): Promise<number> =>
      (await this.control('faults.add', { ...rule, account: this.accountSid }))['id'] as number,
    list: async (): Promise<(FaultRule & Pick<ActiveFault, 'id' | 'happened'>)[]> => {
      const { faults } = await this.control('faults.list');
      const all = faults as unknown as (FaultRule & Pick<ActiveFault, 'id' | 'happened'>)[];
      return all.filter(({ account }) => account === this.accountSid);
    },
    remove: async (id: number): Promise<void> => void (await this.control('faults.remove', { id })),
    clear: async (): Promise<void> => {
      for (const { id } of await this.faults.list()) await this.faults.remove(id);
    },
  };

  /** Whether calls that fit were made in this world; if not, which came closest and what differs. */
  async verify(expect: Expectation, times: Times = {}): Promise<Verdict> {
    return (await this.control('journal.verify', { expect, ...times })) as unknown as Verdict;
  }

  /** The same of several calls in this order; others may lie between. */
  async verifyOrder(order: readonly Expectation[], after?: number): Promise<Verdict> {
    return (await this.control('journal.verify', { order, after })) as unknown as Verdict;
  }

  /** The exchanges of this world, latest last, without secrets. */
  async journal(search: JournalSearch = {}): Promise<Exchange[]> {
    const { exchanges } = await this.control('journal.list', { ...search, world: this.accountSid });
    return exchanges as unknown as Exchange[];
  }

  /** The same as curl lines. */
  async curl(search: JournalSearch = {}): Promise<string[]> {
    return (await this.control('journal.curl', { ...search, world: this.accountSid }))['lines'] as unknown as string[];
  }

  /** Remembers the world by a name; `restore` puts it back, and a manual clock with it. */
  async snapshot(name: string): Promise<void> {
    await this.control('worlds.snapshot', { name });
  }

  async restore(name: string): Promise<void> {
    await this.control('worlds.restore', { name });
  }

  /** Copies the world into another account SID; both go their own ways then. */
  async fork(accountSid?: string): Promise<SimWorld> {
    const fork = this.#parts.world(accountSid);
    await this.control('worlds.fork', { to: fork.accountSid });
    return fork;
  }

  /** The world as a versioned document, which `import` and `--data` read. */
  async export(): Promise<WorldFile> {
    return (await this.control('worlds.export')) as unknown as WorldFile;
  }

  /** Puts an exported world in place of this one. Its records keep their SIDs; its account is this one. */
  async import(file: WorldFile): Promise<void> {
    const worlds = file.worlds.map((world) => ({ ...world, account: this.accountSid }));
    await this.control('worlds.import', { document: { ...file, worlds } });
  }

  /** Writes the exported world to a file, aside first, so that the file is never half written. */
  async exportTo(file: string): Promise<void> {
    const aside = `${file}.${process.pid}.tmp`;
    await writeFile(aside, `${JSON.stringify(await this.export(), null, 2)}\n`);
    await rename(aside, file);
  }

  async importFrom(file: string): Promise<void> {
    await this.import(JSON.parse(await readFile(file, 'utf8')) as WorldFile);
  }

  /** What is different between two snapshots or worlds, by name or account SID; without `to`, the world as it is now. */
  async diff(
    from: string,
    to?: string,
  ): Promise<{ readonly lines: readonly string[]; readonly differences: readonly WorldDifference[] }> {
    return (await this.control('worlds.diff', { from, to })) as unknown as Awaited<ReturnType<SimWorld['diff']>>;
  }

  async #clock(name: string, input: object = {}): Promise<ClockState> {
    return toCamel(await this.control(name, input)) as ClockState;
  }
}

/** An account SID, or an auth token, that grows from a text: the same text, the same one. */
export function grown(kind: 'account' | 'token', from: string): string {
  const hex = createHash('sha256').update(`${from} ${kind}`).digest('hex').slice(0, 32);
  return kind === 'account' ? `AC${hex}` : hex;
}
