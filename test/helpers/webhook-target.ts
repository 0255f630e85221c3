import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { onTestFinished } from 'vitest';

/** A webhook as an app receives it. */
interface ReceivedWebhook {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether the official SDK accepts its signature for the app's URL. */
  readonly isSigned: boolean;
}

export interface WebhookResponse {
  readonly status?: number;
  readonly body?: string | object;
  /** Never responds. */
  readonly hangs?: boolean;
}

export interface WebhookTarget {
  readonly origin: string;
  readonly received: ReceivedWebhook[];
  /** Sets the response to the next webhooks; 200 without a body by default. */
  readonly respondWith: (
    response: WebhookResponse | ((received: ReceivedWebhook) => WebhookResponse | Promise<WebhookResponse>),
  ) => void;
  /** The event types received so far, in order. */
  readonly events: () => string[];
}

/** An app's webhook endpoint at any path; closed when the test ends. `publicUrl` is its URL behind a proxy. */
export async function startWebhookTarget(authToken: string, publicUrl?: string): Promise<WebhookTarget> {
  const received: ReceivedWebhook[] = [];
  let nextResponse: Parameters<WebhookTarget['respondWith']>[0] = {};
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
      received.push(webhook);
      void send(typeof nextResponse === 'function' ? nextResponse(webhook) : nextResponse, response);
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
    received,
    respondWith: (next) => void (nextResponse = next),
    events: () => received.map(({ parameters }) => parameters['EventType'] ?? ''),
  };
}

async function send(content: WebhookResponse | Promise<WebhookResponse>, response: ServerResponse): Promise<void> {
  const { status = 200, body = '', hangs } = await content;
  if (hangs !== true) response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
}
