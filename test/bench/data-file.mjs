import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compared, interleaved } from './figures.mjs';
import { load } from './load.mjs';
import { startOurs } from './processes.mjs';
import { create, messageRequest, send } from './requests.mjs';

/** Measures acknowledged creates with `--data`, with few and with many existing records. */
export async function measureData({ rounds, seconds, records }) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const servers = [];
  try {
    const measures = {};
    for (const [name, count] of Object.entries({ few: 1000, many: records })) {
      const server = await startOurs(['--data', join(folder, `${name}.json`)]);
      servers.push(server);
      const target = await conversationOf(server.origin);
      await fill(target, count);
      measures[name] = () => load(target, seconds, server);
    }
    const { few, many } = await interleaved(measures, rounds);
    const what = `--data: creates with ${records.toLocaleString('en')} existing records, relative to 1,000`;
    return [compared(what, many, few, { atLeast: 0.7 })];
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
    rmSync(folder, { recursive: true });
  }
}

async function conversationOf(origin) {
  const { sid } = await create(origin, '/v1/Services', { FriendlyName: 'Data' });
  const conversations = `/v1/Services/${sid}/Conversations`;
  const { sid: conversation } = await create(origin, conversations);
  return messageRequest(`${origin}${conversations}/${conversation}/Messages`);
}

async function fill(target, count) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await send(target);
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}
