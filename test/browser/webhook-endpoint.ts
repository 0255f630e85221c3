import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface WebhookResponse {
  readonly status?: number;
  readonly body?: unknown;
}

/** Starts an app's webhook endpoint that responds with what `respond` returns for the request's form fields. */
export async function startWebhookEndpoint(respond: (fields: URLSearchParams) => WebhookResponse): Promise<string> {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const { status = 200, body = {} } = respond(new URLSearchParams(text));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
}
