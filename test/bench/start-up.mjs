import { setTimeout as wait } from 'node:timers/promises';
import { absolute, compared, figureOf, interleaved } from './figures.mjs';
import { residentOf, startBare, startOurs } from './processes.mjs';

/** Measures the time from process start to the first response, and the resident memory of an idle server. */
export async function measureStartUp({ rounds }) {
  const memory = [];
  const { ours, bare } = await interleaved(
    {
      bare: async () => {
        const server = await startBare('constant');
        await server.stop();
        return server.milliseconds;
      },
      ours: async () => {
        const server = await startOurs();
        await wait(300);
        memory.push(residentOf(server.child));
        await server.stop();
        return server.milliseconds;
      },
    },
    rounds,
  );
  return [
    compared('start to first response, relative to bare Fastify', ours, bare, { unit: ' ms', atMost: 1.5 }),
    absolute('resident memory at start', figureOf(memory), { unit: ' MB', atMost: 110 }),
  ];
}
