import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Change, ChangeSource } from '../../engine/feed.js';

/** Changes are collected for this long and sent as one event, so that a burst of calls causes few events. */
const BATCH_MS = 25;
/** A larger batch is sent as `null`, which makes the page reload everything. */
const MAX_BATCH = 100;
/** A client with more unread bytes than this is disconnected. It may reconnect. */
const MAX_UNREAD_BYTES = 256 * 1024;
const MAX_CLIENTS = 100;
const HEARTBEAT_MS = 15_000;

/**
 * Serves changes as server-sent events. Each event is a JSON array of changes, or `null` if there were too many.
 * @param feeds.own the changes at this server, for other servers that ask with `?own=true`
 */
export function serveEvents(
  scope: FastifyInstance,
  feeds: { readonly own: ChangeSource; readonly all: ChangeSource },
): void {
  const open = new Set<() => void>();
  scope.addHook('preClose', (done) => {
    for (const end of open) end();
    done();
  });
  scope.get('/events', (request, reply) => {
    // Makes room by closing the oldest stream, which is the least likely to be in view.
    const [oldest] = open;
    if (open.size >= MAX_CLIENTS) oldest?.();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const feed = /[?&]own=true\b/.test(request.url) ? feeds.own : feeds.all;
    const end = stream(raw, feed, () => open.delete(end));
    open.add(end);
    request.raw.on('close', end);
  });
}

/** @returns a function that ends the stream */
function stream(raw: ServerResponse, feed: ChangeSource, onEnd: () => void): () => void {
  let batch: Change[] | null = [];
  let timer: NodeJS.Timeout | undefined;

  function write(text: string): void {
    if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  }
  function flush(): void {
    timer = undefined;
    write(`data: ${JSON.stringify(batch)}\n\n`);
    batch = [];
  }
  const unsubscribe = feed.subscribe((change) => {
    batch = change === null || batch === null || batch.length >= MAX_BATCH ? null : [...batch, change];
    timer ??= setTimeout(flush, BATCH_MS);
  });
  const heartbeat = setInterval(() => write(': heartbeat\n\n'), HEARTBEAT_MS).unref();
  write('retry: 1000\ndata: null\n\n');

  return () => {
    unsubscribe();
    clearTimeout(timer);
    clearInterval(heartbeat);
    raw.end();
    onEnd();
  };
}
