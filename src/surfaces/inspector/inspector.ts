import type { FastifyInstance } from 'fastify';
import type { Feed } from '../../engine/feed.js';
import { createTokenGuard } from '../http/credentials.js';
import { serveEvents } from './events.js';
import { servePage } from './page.js';

export interface InspectorOptions {
  readonly feed: Feed;
  readonly token?: string | undefined;
}

/** The page that shows what an app does to Twilio, and the events that keep it fresh. What it shows are controls. */
export async function serveInspector(app: FastifyInstance, { feed, token }: InspectorOptions): Promise<void> {
  const guard = createTokenGuard(token);
  const prefix = '/__understudy';
  await app.register(
    (scope, _options, done) => {
      servePage(scope);
      done();
    },
    { prefix },
  );
  await app.register(
    (scope, _options, done) => {
      scope.addHook('onRequest', (request, _reply, next) => {
        guard(request);
        next();
      });
      serveEvents(scope, feed);
      done();
    },
    { prefix },
  );
}
