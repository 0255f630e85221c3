import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ClockMode } from '../backends/simulator/kernel/clock.js';
import type { Delivery } from '../backends/simulator/webhooks/outbox.js';
import type { Controls } from '../control/registry.js';
import type { ActiveFault, FaultRule } from '../engine/faults.js';
import type { Expectation, Verdict } from '../control/expectations.js';
import { UnderstudyError } from '../core/errors.js';
import { Upload } from '../core/file-body.js';
import { mediaOperations } from '../core/media.js';
import type { Exchange, Input, Outcome, Verb } from '../core/operation.js';
import type { Json, JsonObject } from '../core/body.js';
import { toCamel, toSnake } from '../util/case.js';
import type {
  ClockState,
  ConnectedUser,
  Device,
  Inbound,
  JournalSearch,
  MediaFile,
  ReceiptRule,
  ReceiptStatus,
  Times,
  WebhookFilter,
  WorldComparison,
  WorldFile,
} from './types.js';
import { importInput, readWorldFile, writeWorldFile } from './world-file.js';

/** What a world is built from. */
export interface WorldParts {
  readonly controls: Controls;
  readonly call: (account: string, operation: string, input: Input) => Promise<Outcome>;
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** Returns the world of another account SID, or a new world if there is none. */
  readonly world: (accountSid?: string) => SimWorld;
}

/** One isolated world of a simulator. Tests use it for everything that Twilio's own API does not offer. */
export class SimWorld {
  /** The account SID that selects this world. */
  readonly accountSid: string;
  /** The password of callers in this world. Its webhooks are signed with it. */
  readonly authToken: string;
  /** Origin of Twilio's API, e.g. `http://127.0.0.1:40123`. */
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
    // The first use of the world reports a failure. Without this, Node reports an unhandled rejection before that.
    this.#ready.catch(() => undefined);
  }

  /**
   * Calls an operation, e.g. `call('createservice', { body: { FriendlyName: 'Desk' } })`. Resolves with Twilio's errors as
   * well: check the status.
   */
  async call(operation: string, input: Input = {}): Promise<{ readonly status: number; readonly body: Json }> {
    await this.#ready;
    const { result } = await this.#parts.call(this.accountSid, operation, input);
    return { status: result.status, body: result.body?.value ?? null };
  }

  /** Runs a control by its name, e.g. `control('clock.advance', { by: 'PT1H' })`. */
  async control(name: string, input: object = {}): Promise<JsonObject> {
    await this.#ready;
    // As over HTTP: drop keys whose value is undefined.
    const plain = JSON.parse(JSON.stringify(input)) as JsonObject;
    return (await this.#parts.controls.run(name, this.accountSid, plain)) as JsonObject;
  }

  /** Resets the world to a seed by name, to one given as YAML, or to the seed that the simulator was started with. */
  async reset(from: { readonly seed?: string; readonly yaml?: string } = {}): Promise<void> {
    await this.control('worlds.reset', from);
  }

  /** The clock. Methods that move it resolve when everything that became due has happened, webhooks included. */
  readonly clock = {
    show: (): Promise<ClockState> => this.#clock('clock.show'),
    set: (to: { readonly mode?: ClockMode; readonly now?: string | Date }): Promise<ClockState> =>
      this.#clock('clock.set', to),
    /** Advances the clock by an ISO 8601 duration such as `PT1H`. */
    advance: (by: string): Promise<ClockState> => this.#clock('clock.advance', { by }),
    runToIdle: (): Promise<ClockState> => this.#clock('clock.run-to-idle'),
  };

  /** Simulates an inbound message with all its events. Resolves with the message as Twilio's REST API returns it. */
  inbound(message: Inbound): Promise<JsonObject> {
    const { media, ...parts } = message;
    const files = [media ?? []].flat().map(({ content, ...file }) => ({
      ...toSnake(file),
      base64: bytesOf(content).toString('base64'),
    }));
    return this.control('inbound.message', toSnake({ ...parts, media: files.length === 0 ? undefined : files }));
  }

  readonly media = {
    /** Uploads a file, as a program does at the host of media. Resolves with its record: use `sid` as `MediaSid`. */
    upload: async (service: string, file: MediaFile): Promise<JsonObject & { readonly sid: string }> => {
      const upload = new Upload(
        () => Readable.from([bytesOf(file.content)]),
        () => file,
      );
      const input = { ChatServiceSid: service, Filename: file.filename, body: upload };
      return (await this.#callMedia('Media', 'create', input)).body as JsonObject & { readonly sid: string };
    },
    /** Resolves with the bytes of a file. */
    download: async (service: string, sid: string): Promise<Buffer> =>
      (await this.#callMedia('Media/Content', 'fetch', { ChatServiceSid: service, Sid: sid })).content,
  };

  /**
   * Creates a conversation in this service for messages to addresses that have no address configuration. Without a service,
   * only address configurations create conversations.
   */
  async autocreate(service?: string): Promise<void> {
    await this.control('inbound.autocreate', { service });
  }

  /** Sets whether a user is online. */
  async setOnline(service: string, identity: string, online: boolean): Promise<void> {
    await this.control('users.set-online', { service, identity, online });
  }

  /** Registers a device for push notifications. Resolves with the SID of its binding. */
  async registerDevice(device: Device): Promise<string> {
    return (await this.control('bindings.register', toSnake(device)))['sid'] as string;
  }

  /** Makes an access token for Twilio's client SDKs. By default, for the default service. `ttl` is in seconds. */
  async clientToken(
    identity: string,
    options: { readonly service?: string; readonly ttl?: number } = {},
  ): Promise<string> {
    return (await this.control('clients.token', { identity, ...options }))['token'] as string;
  }

  /** Returns the users who are connected with a client SDK. */
  async connectedUsers(): Promise<ConnectedUser[]> {
    const { users } = await this.control('clients.list');
    return (users as readonly JsonObject[]).map((user) => toCamel(user) as ConnectedUser);
  }

  /** Closes the connections of a user's client SDKs. They connect again after some seconds. Resolves with their number. */
  async disconnect(identity: string): Promise<number> {
    return (await this.control('clients.disconnect', { identity }))['closed'] as number;
  }

  readonly receipts = {
    /** Sets the status of a receipt. */
    move: async (sid: string, status: ReceiptStatus, errorCode?: number): Promise<void> => {
      await this.control('receipts.move', toSnake({ sid, status, errorCode }));
    },
    /** Sets how new receipts proceed, by address. The first matching rule applies. An empty list restores the defaults. */
    setRules: async (rules: readonly ReceiptRule[]): Promise<void> => {
      const snakeRules = rules.map(({ address, steps }) => ({ address, steps: steps.map((step) => toSnake(step)) }));
      await this.control('receipts.set-rules', { rules: snakeRules });
    },
  };

  readonly webhooks = {
    list: async (filter: WebhookFilter = {}): Promise<Delivery[]> => {
      const { deliveries } = await this.control('webhooks.list', toSnake(filter));
      return (deliveries as readonly JsonObject[]).map((each) => toCamel(each) as Delivery);
    },
    /** Resolves with the first completed delivery of an event, past ones included. `timeout` is in milliseconds. */
    waitFor: async (event: string, filter: WebhookFilter & { readonly timeout?: number } = {}): Promise<Delivery> =>
      toCamel(await this.control('webhooks.wait', toSnake({ ...filter, event }))) as Delivery,
    /** Repeats a delivery as a retry. */
    redeliver: async (id: number): Promise<Delivery> =>
      toCamel(await this.control('webhooks.redeliver', { id })) as Delivery,
    /** Gives up the deliveries that wait to be sent. Resolves with their number. */
    flush: async (): Promise<number> => (await this.control('webhooks.flush'))['dropped'] as number,
    /** Resolves when no webhook delivery is pending. */
    idle: async (): Promise<void> => void (await this.control('webhooks.idle')),
  };

  /** Injected failures, in this world only. */
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

  /** Checks that matching calls were made in this world. If not, the verdict names the closest call and what differs. */
  async verify(expect: Expectation, times: Times = {}): Promise<Verdict> {
    return (await this.control('journal.verify', { expect, ...times })) as unknown as Verdict;
  }

  /** Checks that several calls were made in this order, possibly with others between them. */
  async verifyOrder(order: readonly Expectation[], after?: number): Promise<Verdict> {
    return (await this.control('journal.verify', { order, after })) as unknown as Verdict;
  }

  /** Returns the exchanges of this world, oldest first, without secrets. */
  async journal(search: JournalSearch = {}): Promise<Exchange[]> {
    const { exchanges } = await this.control('journal.list', { ...search, world: this.accountSid });
    return exchanges as unknown as Exchange[];
  }

  /** Returns the exchanges of this world as curl commands. */
  async curl(search: JournalSearch = {}): Promise<string[]> {
    return (await this.control('journal.curl', { ...search, world: this.accountSid }))['lines'] as unknown as string[];
  }

  /** Saves the state of the world, and of a manual clock, under a name for `restore`. */
  async snapshot(name: string): Promise<void> {
    await this.control('worlds.snapshot', { name });
  }

  async restore(name: string): Promise<void> {
    await this.control('worlds.restore', { name });
  }

  async deleteSnapshot(name: string): Promise<void> {
    await this.control('snapshots.delete', { name });
  }

  /** Deletes the world with its snapshots. Its next use makes a new one. */
  async delete(): Promise<void> {
    await this.control('worlds.delete');
  }

  /** Copies the world to another account SID, or to a new one. The two are independent afterwards. */
  async fork(accountSid?: string): Promise<SimWorld> {
    const fork = this.#parts.world(accountSid);
    await this.control('worlds.fork', { to: fork.accountSid });
    return fork;
  }

  /** Returns the world as a versioned document, for `import` and `--data`. */
  async export(): Promise<WorldFile> {
    return (await this.control('worlds.export')) as unknown as WorldFile;
  }

  /** Replaces this world by an exported one. Records keep their SIDs but change to this account. */
  async import(file: WorldFile): Promise<void> {
    await this.#import(structuredClone(file));
  }

  /** The file must not be used afterwards: its records become those of the world. */
  async #import(file: WorldFile): Promise<void> {
    await this.#ready;
    await this.#parts.controls.run('worlds.import', this.accountSid, importInput(file, this.accountSid));
  }

  /** Exports the world to a file, which may have any size. */
  async exportTo(file: string): Promise<void> {
    await this.#ready;
    await writeWorldFile(file, await this.#parts.controls.runForText('worlds.export', this.accountSid, {}));
  }

  async importFrom(file: string): Promise<void> {
    await this.#import(await readWorldFile(file));
  }

  /** Compares two snapshots or worlds, by name or account SID. Without `to`, compares with the current state. */
  async diff(from: string, to?: string): Promise<WorldComparison> {
    return (await this.control('worlds.diff', { from, to })) as unknown as WorldComparison;
  }

  async #callMedia(noun: string, verb: Verb, input: Input): Promise<{ readonly body: Json; readonly content: Buffer }> {
    await this.#ready;
    const operation = mediaOperations.find((each) => each.noun === noun && each.verb === verb);
    const { result } = await this.#parts.call(this.accountSid, operation?.id ?? noun, input);
    const body = result.body?.value ?? null;
    if (result.status >= 400)
      throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `Twilio would refuse this: ${JSON.stringify(body)}`);
    return { body, content: result.content === undefined ? Buffer.alloc(0) : await buffer(result.content.open()) };
  }

  async #clock(name: string, input: object = {}): Promise<ClockState> {
    return toCamel(await this.control(name, input)) as ClockState;
  }
}

function bytesOf(content: MediaFile['content']): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
