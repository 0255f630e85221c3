import type { FastifyInstance } from 'fastify';
import { createOriginOf } from '../http/origin.js';
import { CONTROL_BASE } from '../control/paths.js';

/**
 * Serves a script for web pages that use a client SDK: it redirects the SDK's WebSocket to this server, and leaves every
 * other connection alone. For a script tag before the SDK, or for a test that adds scripts to pages.
 */
export function serveBrowserScript(app: FastifyInstance, publicUrl: string | undefined): void {
  const originOf = createOriginOf(app, publicUrl);
  app.get(`${CONTROL_BASE}/client.js`, (request, reply) =>
    reply
      .header('content-type', 'text/javascript; charset=utf-8')
      // Pages of other origins load it, too. It says nothing that they do not know.
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('cache-control', 'no-cache')
      .send(scriptFor(originOf(request))),
  );
}

const scriptFor = (
  origin: string,
): string => `// Leads Twilio's client SDKs to twilio-understudy. Load it before the SDK.
(() => {
  const server = ${JSON.stringify(origin.replace(/^http/, 'ws'))};
  const isTwilsock = /^wss:\\/\\/tsock(\\.[a-z0-9-]+)*\\.twilio\\.com\\//i;
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, [url, ...others], newTarget) {
      const led = String(url).replace(isTwilsock, server + '/');
      return Reflect.construct(target, [led, ...others], newTarget);
    },
  });
})();
`;
