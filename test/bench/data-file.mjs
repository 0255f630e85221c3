import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compared, comparedCost, interleaved } from './figures.mjs';
import { costOf } from './load.mjs';
import { startOurs } from './processes.mjs';
import { create, messageRequest, send } from './requests.mjs';

/** The callers wait for one sync together, so their number counts. */
const RUN = { connections: 32, count: 8000 };
const DEFAULT_POLICY = 'interval';
/** Of creates with the default policy, relative to those without a data file. */
const MOST_COST = 1.3;
const LEAST_RATE = 0.7;

/** Measures acknowledged creates with `--data`: with few and with many existing records, and under each sync policy. */
export async function measureData({ rounds, records }) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const servers = [];
  try {
    const measures = {};
    for (const [name, count] of Object.entries({ few: 1000, many: records })) {
      const server = await startOurs(['--data', join(folder, `${name}.json`)]);
      servers.push(server);
      const target = await conversationOf(server.origin);
      await fill(target, count);
      measures[name] = () => costOf(target, server, RUN);
    }
    for (const [name, args] of Object.entries(policiesIn(folder))) {
      const server = await startOurs(args);
      servers.push(server);
      const target = await conversationOf(server.origin);
      await fill(target, 1000);
      measures[name] = () => costOf(target, server, RUN);
    }
    const { few, many, memory, ...policies } = await interleaved(measures, rounds);
    const what = `--data: creates with ${records.toLocaleString('en')} existing records, relative to 1,000`;
    return [
      comparedCost(what, many, few, { atMost: MOST_COST }),
      ...Object.entries(policies).flatMap(([policy, { rate, ...cost }]) => {
        const name = `--data --sync ${policy}: creates, relative to no data file`;
        const isDefault = policy === DEFAULT_POLICY;
        return [
          comparedCost(name, cost, memory, isDefault ? { atMost: MOST_COST } : {}),
          compared(`${name}, by rate`, rate, memory.rate, isDefault ? { atLeast: LEAST_RATE } : {}),
        ];
      }),
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
