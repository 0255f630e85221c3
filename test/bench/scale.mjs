import { once } from 'node:events';
import { absolute, compared, figureOf } from './figures.mjs';
import { here, run } from './processes.mjs';

const SMALL = 1000;
/** In KB. */
const MOST_PER_MESSAGE = 0.7;

/**
 * Measures the cost of one call in a small world and in a large one, in two processes that take turns, and the memory per
 * message.
 */
export async function measureScale({ rounds, messages, others, calls }) {
  const [small, large] = await Promise.all([
    startWorld('0', { messages: SMALL, others: SMALL, memberships: 20, calls }),
    startWorld('1', { messages, others, memberships: 1000, calls }),
  ]);
  const results = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, world] of Object.entries({ small, large })) {
      for (const [what, cost] of Object.entries(await world.request('measure'))) {
        ((results[what] ??= {})[name] ??= []).push(cost);
      }
    }
  }
  const memory = await large.request('memory');
  small.child.kill();
  large.child.kill();
  const rows = Object.entries(results).map(([what, costs]) =>
    compared(what, figureOf(costs.large), figureOf(costs.small), { unit: ' µs', atMost: 1.2 }),
  );
  const perRecord = Object.entries(memory).map(([kind, bytes]) => {
    const target = kind === 'message' ? { atMost: MOST_PER_MESSAGE } : {};
    return absolute(`memory per ${kind}`, figureOf([bytes / 1024]), { unit: ' KB', ...target });
  });
  return [...rows, ...perRecord];
}

async function startWorld(core, sizes) {
  const command = [
    process.execPath,
    '--expose-gc',
    '--max-old-space-size=8192',
    here('world.mjs'),
    JSON.stringify(sizes),
  ];
  const child = run(core, command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const next = async () => (await once(child, 'message'))[0];
  await next();
  const request = (name) => {
    const reply = next();
    child.send(name);
    return reply;
  };
  return { child, request };
}
