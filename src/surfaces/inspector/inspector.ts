import type { FastifyInstance } from 'fastify';
import type { ChangeSource } from '../../engine/feed.js';
import { addScope } from '../http/scope.js';
import { createTokenGuard } from '../http/token-guard.js';
import type { Surface } from '../surface.js';
import { serveEvents } from './events.js';
import { servePage } from './page.js';

export interface InspectorOptions {
  readonly feed: ChangeSource;
  /** What changes at all servers on a database. Absent: only this server. */
  readonly mergedFeed?: ChangeSource | undefined;
  readonly token?: string | undefined;
}

export const inspectorSurface: Surface = {
  name: 'inspector',
  register: ({ http }, { feed, mergedFeed, token }) => serveInspector(http, { feed, mergedFeed, token }),
};

/** Serves the inspector page and the event stream that keeps it up to date. The page reads its data from controls. */
export async function serveInspector(app: FastifyInstance, options: InspectorOptions): Promise<void> {
  const { feed, mergedFeed = feed, token } = options;
  const guard = createTokenGuard(token);
  const prefix = '/__understudy';
  // A person who opens the server's address in a browser wants to see the page. An API client gets Twilio's 404.
  app.get('/', (request, reply) =>
    request.headers.accept?.includes('text/html') === true ? reply.redirect(`${prefix}/`, 302) : reply.callNotFound(),
  );
  await addScope(app, prefix, servePage);
  await addScope(app, prefix, (scope) => {
    scope.addHook('onRequest', guard);
    serveEvents(scope, { own: feed, all: mergedFeed });
  });
}
