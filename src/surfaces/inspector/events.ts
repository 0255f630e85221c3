import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Change, Feed } from '../../engine/feed.js';

/** Changes are gathered for so long, so that a burst of calls is one message. Short enough to seem immediate. */
const GATHER = 25;
/** A burst of more than this is told as "much": the page then looks at everything anew. */
const MOST_AT_ONCE = 100;
/** A listener that has left so many bytes unread is let go; it may come again. */
const MOST_UNREAD = 256 * 1024;
const MOST_LISTENERS = 100;
const HEARTBEAT = 15_000;

/** Server-sent events of what has just changed. Each is a JSON list of changes; `null`: too many to name. */
export function serveEvents(scope: FastifyInstance, feed: Feed): void {
  const open = new Set<() => void>();
  scope.addHook('preClose', (done) => {
    for (const end of open) end();
    done();
  });
  scope.get('/events', (request, reply) => {
    // The newest is the one that somebody looks at.
    if (open.size >= MOST_LISTENERS) for (const end of [...open].slice(0, 1)) end();
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const end = stream(raw, feed, () => open.delete(end));
    open.add(end);
    request.raw.on('close', end);
  });
}

function stream(raw: ServerResponse, feed: Feed, ended: () => void): () => void {
  let gathered: Change[] | null = [];
  let timer: NodeJS.Timeout | undefined;

  function write(text: string): void {
    if (raw.writableLength > MOST_UNREAD) raw.destroy();
    else raw.write(text);
  }
  function flush(): void {
    timer = undefined;
    write(`data: ${JSON.stringify(gathered)}\n\n`);
    gathered = [];
  }
  const unwatch = feed.watch((change) => {
    gathered = gathered === null || gathered.length >= MOST_AT_ONCE ? null : [...gathered, change];
    timer ??= setTimeout(flush, GATHER);
  });
  const heart = setInterval(() => write(': still here\n\n'), HEARTBEAT).unref();
  write('retry: 1000\ndata: null\n\n');

  return () => {
    unwatch();
    clearTimeout(timer);
    clearInterval(heart);
    raw.end();
    ended();
  };
}
