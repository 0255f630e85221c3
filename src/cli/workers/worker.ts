import cluster from 'node:cluster';
import type { Settings } from '../../app/settings.js';
import type { Overrides } from '../../app/understudy.js';
import { defaultLimits } from '../../backends/live/limits.js';
import type { GroupQuestion, WorkerGroup } from '../../core/worker-group.js';
import { reportFailure } from '../failure.js';
import { startServers } from '../start-servers.js';
import type { FromWorker, ToWorker } from './messages.js';

const send = (message: FromWorker): void => void process.send?.(message);
const exit = (): void => process.exit(0);

/** Serves as one of several processes. Ends when the main process says so or has ended. */
export async function runWorker(
  settings: Settings,
  count: number,
  overrides: Pick<Overrides, 'writeLog'> = {},
): Promise<void> {
  const waiting = new Map<number, (parts: readonly unknown[]) => void>();
  let lastId = 0;
  const group: WorkerGroup = {
    collect: (question: GroupQuestion) =>
      new Promise((resolve) => {
        lastId += 1;
        waiting.set(lastId, resolve);
        send({ kind: 'collect', id: lastId, question });
      }),
  };
  let stop: (atOnce: boolean) => void = exit;
  // These reach all processes of a terminal. The main process decides what follows.
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
  process.on('SIGTERM', () => stop(false));

  const servers = await startServers(shareLimits(settings, count), { ...overrides, group });
  let isStopping = false;
  stop = (atOnce) => {
    if (isStopping) return;
    isStopping = true;
    (atOnce ? servers.close : servers.stop)().then(leave, (error: unknown) => {
      reportFailure(error);
      process.exit(1);
    });
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') stop(message.atOnce);
    else if (message.kind === 'collected') {
      waiting.get(message.id)?.(message.parts);
      waiting.delete(message.id);
    } else if (message.kind === 'question') {
      const { id, question } = message;
      void servers.groupPart(question).then((part) => send({ kind: 'part', id, part }));
    }
  });
  send({ kind: 'ready', banner: servers.bannerFor(process.stdout), restUrl: servers.restUrl });
}

/**
 * Ends the process once the main process knows that its ports are closed. Connections that it has passed on until then go back
 * to it; they would never be answered if the process just exited.
 */
function leave(): void {
  const { worker } = cluster;
  if (worker?.isConnected() !== true) exit();
  worker?.once('disconnect', exit).disconnect();
}

/** The limits of the whole server, divided among its workers. */
function shareLimits(settings: Settings, count: number): Settings {
  const { limits = {} } = settings;
  const share = (total: number): number => Math.max(1, Math.floor(total / count));
  const { connections = defaultLimits.connections, queue = defaultLimits.queue } = limits;
  return { ...settings, limits: { ...limits, connections: share(connections), queue: queue === 0 ? 0 : share(queue) } };
}
