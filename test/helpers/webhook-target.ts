import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { onTestFinished } from 'vitest';

/** A webhook as an app receives it. */
export interface Heard {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the official SDK accepts its signature for the app's URL. */
  readonly isSigned: boolean;
}

export interface Said {
  readonly status?: number;
  readonly body?: string | object;
  /** Never responds. */
  readonly hangs?: boolean;
}

export interface WebhookTarget {
  readonly origin: string;
  readonly heard: Heard[];
  /** Sets the response to the next webhooks; 200 without a body by default. */
  readonly say: (answer: Said | ((heard: Heard) => Said | Promise<Said>)) => void;
  /** The event types received so far, in order. */
  readonly events: () => string[];
}

/** An app's webhook endpoint at any path; closed when the test ends. `publicUrl` is its URL behind a proxy. */
export async function startWebhookTarget(authToken: string, publicUrl?: string): Promise<WebhookTarget> {
  const heard: Heard[] = [];
  let answer: Parameters<WebhookTarget['say']>[0] = {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const isPost = method === 'POST';
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const query = Object.fromEntries(new URL(url, 'http://app').searchParams);
      const signature = String(headers['x-twilio-signature']);
      const signedUrl = `${publicUrl ?? origin()}${url}`;
      const isSigned = twilio.validateRequest(authToken, signature, signedUrl, isPost ? form : {});
      const webhook = { method, url, headers, parameters: isPost ? form : query, isSigned };
      heard.push(webhook);
      void answerWith(typeof answer === 'function' ? answer(webhook) : answer, response);
    });
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    origin: origin(),
    heard,
    say: (next) => void (answer = next),
    events: () => heard.map(({ parameters }) => parameters['EventType'] ?? ''),
  };
}

async function answerWith(said: Said | Promise<Said>, response: ServerResponse): Promise<void> {
  const { status = 200, body = '', hangs } = await said;
  if (hangs !== true) response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
}
