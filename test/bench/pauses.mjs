/** Measures how late the event loop is while messages are created at a constant rate: mostly collections of garbage. */
import { once } from 'node:events';
import { absolute, interleaved } from './figures.mjs';
import { latencyOf, warmUp } from './load.mjs';
import { here, startOurs } from './processes.mjs';
import { prepare } from './requests.mjs';

const RATE = 5000;
/** Milliseconds. */
const MOST_P99 = 5;
/** As `serve` starts servers in processes of their own. */
const LARGE = '--max-semi-space-size=64';

export async function measurePauses({ rounds, seconds }) {
  const servers = {};
  const measures = {};
  for (const [name, flags] of Object.entries({ default: [], large: [LARGE] })) {
    const server = await startOurs(
      [],
      {},
      {
        flags: [...flags, '--import', here('loop-delay.mjs')],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    servers[name] = server;
    const { twilio } = (await prepare(server.origin))['POST a message'];
    await warmUp(twilio);
    const report = async () => {
      const reply = once(server.child, 'message');
      server.child.send('report');
      return (await reply)[0];
    };
    measures[name] = async () => {
      await report();
      const { p99, late, reached } = await latencyOf(twilio, { seconds, rate: RATE });
      return { delay: (await report()).p99, response: p99, late, reached };
    };
  }
  const { default: usual, large } = await interleaved(measures, rounds);
  await Promise.all(Object.values(servers).map(({ stop }) => stop()));
  const what = `${RATE} creates/s`;
  return [
    absolute(`${what}: delay of the event loop, p99, with ${LARGE}`, large.delay, {
      unit: ' ms',
      atMost: MOST_P99,
      reached: large.reached.median / RATE,
    }),
    absolute(`${what}: the same with the default of Node.js`, usual.delay, { unit: ' ms' }),
    absolute(`${what}: response time, p99, with ${LARGE}`, large.response, { unit: ' ms' }),
    absolute(`${what}: the same with the default of Node.js`, usual.response, { unit: ' ms' }),
    absolute(`${what}: rate that was reached`, large.reached, { unit: '/s' }),
    absolute(`${what}: by which the load generator was late, p99`, large.late, { unit: ' ms' }),
  ];
}
