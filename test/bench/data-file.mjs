import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compared, interleaved } from './figures.mjs';
import { load } from './load.mjs';
import { startOurs } from './processes.mjs';
import { create, messageRequest, send } from './requests.mjs';

/** Measures acknowledged creates with `--data`: with few and with many existing records, and under each sync policy. */
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
    for (const [name, args] of Object.entries(policiesIn(folder))) {
      const server = await startOurs(args);
      servers.push(server);
      const target = await conversationOf(server.origin);
      await fill(target, 1000);
      measures[name] = () => load(target, seconds, server);
    }
    const { few, many, memory, ...policies } = await interleaved(measures, rounds);
    const what = `--data: creates with ${records.toLocaleString('en')} existing records, relative to 1,000`;
    return [
      compared(what, many, few, { atLeast: 0.7 }),
      ...Object.entries(policies).map(([name, figure]) =>
        compared(`--data --sync ${name}: creates, relative to no data file`, figure, memory),
      ),
    ];
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
    rmSync(folder, { recursive: true });
  }
}

/** The flags of a server without a data file, and of one under each policy. */
function policiesIn(folder) {
  const policies = ['always', 'interval', 'never'];
  const flags = policies.map((policy) => [policy, ['--data', join(folder, `${policy}.json`), '--sync', policy]]);
  return { memory: [], ...Object.fromEntries(flags) };
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
