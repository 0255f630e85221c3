import { Client } from 'conversations-sdk-3';
import { onTestFinished } from 'vitest';
import { ACCOUNT, SERVICE, type Inspector } from './open-inspector.js';

/** Connects a chat user of the seed's conversation. */
export async function connectClient({ understudy }: Inspector, identity: string): Promise<Client> {
  const input = { identity, service: SERVICE };
  const { token } = (await understudy.controls.run('clients.token', ACCOUNT, input)) as { token: string };
  const uri = `${understudy.restUrl.replace('http', 'ws')}/v3/wsconnect`;
  const client = new Client(token, { Twilsock: { uri }, logLevel: 'silent' });
  onTestFinished(() => void client.shutdown());
  await new Promise((resolve) => void client.on('initialized', () => resolve(undefined)));
  return client;
}
