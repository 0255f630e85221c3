import type { Servers } from '../surfaces/surface.js';

/**
 * The time before a server closes in which it still answers. It is not ready, so that load balancers choose another
 * server, and each response ends its connection, so that clients open the next one elsewhere.
 */
export class LameDuck {
  #hasBegun = false;
  #end: () => void = () => undefined;

  constructor(
    readonly servers: Servers,
    readonly milliseconds: number,
  ) {}

  /** Why this process should get no traffic; undefined while it serves normally. */
  get notReadyReason(): string | undefined {
    return this.#hasBegun ? 'the server is stopping' : undefined;
  }

  /** Resolves when the time has passed or `end` is called. */
  async run(): Promise<void> {
    if (this.#hasBegun || this.milliseconds === 0) return;
    this.#hasBegun = true;
    const { http, mcp } = this.servers;
    for (const { server } of [http, mcp]) {
      server.prependListener('request', (_request, response) => {
        response.shouldKeepAlive = false;
      });
    }
    http.log.warn(
      {},
      `stopping: not ready for new requests, closing in ${this.milliseconds / 1000} s. A second signal stops at once.`,
    );
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.milliseconds);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end(): void {
    this.#end();
  }
}
