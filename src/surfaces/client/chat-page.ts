import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { CONTROL_BASE } from '../control/paths.js';
import { chatScript, chatStyle } from './chat-script.js';

/** Nothing but this server's own files and its WebSocket. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; img-src data:; base-uri 'none'; frame-ancestors 'none'";

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Chat</title>
    <link rel="stylesheet" href="chat.css" />
    <script src="client.js"></script>
    <script src="client-sdk.js"></script>
    <script type="module" src="chat.js"></script>
  </head>
  <body>
    <header><strong id="user"></strong> <span id="state">connecting</span></header>
    <ul id="messages" aria-label="Messages"></ul>
    <p id="typing" aria-live="polite"></p>
    <form><input name="text" autocomplete="off" aria-label="Message" /><button>Send</button></form>
  </body>
</html>
`;

/**
 * Serves a chat as one user, with Twilio's own client SDK. Only `--client-sdk` names the file of the SDK: if a link could,
 * it could run any script on this origin. Without it, the inspector shows the chat.
 */
export function serveChatPage(app: FastifyInstance, sdkFile: string | undefined): void {
  const serve = (path: string, type: string, load: () => string | Promise<string>): void => {
    app.get(`${CONTROL_BASE}/${path}`, async (_request, reply) =>
      reply
        .header('content-type', `${type}; charset=utf-8`)
        .header('content-security-policy', POLICY)
        .header('x-content-type-options', 'nosniff')
        .send(await load()),
    );
  };
  if (sdkFile === undefined) {
    app.get(`${CONTROL_BASE}/chat`, (request, reply) => {
      const { conversation, identity, world } = parametersOf(request.url);
      const query = new URLSearchParams({ as: identity, ...(world === '' ? {} : { world }) });
      return reply.redirect(
        `${CONTROL_BASE}/#/conversations/${encodeURIComponent(conversation)}?${query.toString()}`,
        302,
      );
    });
    return;
  }
  serve('chat', 'text/html', () => page);
  serve('chat.js', 'text/javascript', () => chatScript);
  serve('chat.css', 'text/css', () => chatStyle);
  serve('client-sdk.js', 'text/javascript', () => readSdk(sdkFile));
}

function parametersOf(url: string): { conversation: string; identity: string; world: string } {
  const query = new URLSearchParams(url.split('?', 2)[1]);
  return {
    conversation: query.get('conversation') ?? '',
    identity: query.get('identity') ?? '',
    world: query.get('world') ?? '',
  };
}

async function readSdk(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', `--client-sdk: cannot read ${file}`, { cause: error });
  }
}
