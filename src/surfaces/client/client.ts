import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { UnderstudyError } from '../../core/errors.js';
import { isOtherTwilioHost, isTwilioHost } from '../../core/twilio-hosts.js';
import { bareHost } from '../../util/loopback.js';
import { lazyCode } from '../../util/load-code.js';
import { createHostGuard } from '../http/host-guard.js';
import { internalError, notFound, rawRefusal, refusalOf, type Refusal } from '../http/refusal.js';
import type { Surface, SurfaceParts } from '../surface.js';
import { serveBrowserScript } from './browser-script.js';
import { serveChatPage } from './chat-page.js';
import { Connection } from './connection.js';
import { Hub } from './hub.js';
import { withoutUpgrade } from './other-upgrades.js';

const PATH = '/v3/wsconnect';

/** How long clients may take to close their connections when the server stops, in milliseconds. */
const CLOSING_MS = 100;

/** Longest frame of a client, in bytes. */
const MAX_FRAME = 1024 * 1024;

/** Twilio's client SDKs (`@twilio/conversations`): Twilsock over a WebSocket, on the port of Twilio's REST API. */
export const clientSurface: Surface = {
  name: 'client',
  register({ http }, parts) {
    const { clients } = parts;
    const { server } = http;
    const guard = createHostGuard({ ...parts.hostGuard, acceptsTwilioHosts: true, origins: parts.clientOrigins });
    const hub = clients === undefined ? undefined : new Hub({ ...clients, engine: parts.engine, log: http.log });
    // Loaded when the first client connects.
    const loadServer = lazyCode(async () => {
      const { WebSocketServer } = await import('ws');
      return new WebSocketServer({
        noServer: true,
        clientTracking: false,
        maxPayload: MAX_FRAME,
        perMessageDeflate: false,
      });
    });

    function check(request: IncomingMessage): Hub {
      guard(request as never, undefined, () => undefined);
      if (hub === undefined) throw notServed(parts.mode);
      return hub;
    }

    async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
      const checked = check(request);
      const webSockets = await loadServer();
      checked.sockets.admit();
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        checked.sockets.add(webSocket);
        Connection.open(webSocket, checked, originOf(request, parts), request);
      });
    }

    serveBrowserScript(http, parts.publicUrl);
    if (hub !== undefined) serveChatPage(http, parts.clientSdk);
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (request.headers.upgrade?.toLowerCase() !== 'websocket') return withoutUpgrade(server, request, socket, head);
      socket.on('error', () => socket.destroy());
      const path = (request.url ?? '').split('?', 1)[0];
      if (path !== PATH) return refuse(socket, notFound(request.url ?? ''));
      accept(request, socket, head).catch((error: unknown) => {
        const refusal = refusalOf(error);
        if (refusal === undefined) http.log.error({ err: error }, 'a client could not connect');
        refuse(socket, refusal ?? internalError());
      });
    });

    http.addHook('preClose', (done) => {
      for (const connection of hub?.open() ?? []) connection.restart();
      // A closing handshake may not hold up the end.
      setTimeout(() => hub?.sockets.terminateAll(), CLOSING_MS).unref();
      done();
    });
  },
};

function refuse(socket: Duplex, refusal: Refusal): void {
  socket.end(rawRefusal(refusal));
}

function notServed(mode: string): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SIMULATED',
    `Client SDKs can connect in simulate mode only; this server runs in ${mode} mode.`,
  );
}

/** What URLs in responses begin with. A client that was redirected from Twilio's hosts gets Twilio's. */
function originOf({ headers: { host = 'localhost' }, socket }: IncomingMessage, { publicUrl }: SurfaceParts): string {
  if (publicUrl !== undefined) return publicUrl;
  const name = bareHost(host.replace(/:\d+$/, ''));
  if (isTwilioHost(name) || isOtherTwilioHost(name)) return 'https://conversations.twilio.com';
  return `${(socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http'}://${host}`;
}
