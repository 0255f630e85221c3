import type { FastifyInstance } from 'fastify';
import type { MaybePromise } from '../../core/maybe-promise.js';
import type { WorkerHealth } from '../../core/worker-group.js';
import { sendJson, toBytes } from '../http/response.js';
import { ownHeaders } from '../http/twilio-headers.js';
import { addScope } from '../http/scope.js';
import { createTokenGuard } from '../http/token-guard.js';
import type { Surface } from '../surface.js';
import { createChangeCheck } from '../http/change-check.js';
import { describeControls } from './openapi.js';
import { CONTROL_BASE } from './paths.js';
import { serveControls } from './routes.js';

/** Health, metrics and the controls, under a prefix that does not occur on Twilio. */
export const controlSurface: Surface = {
  name: 'control',
  async register({ http }, parts) {
    const { mode, version, metrics, controls, workers } = parts;
    const startedAt = performance.now();
    const notReadyReason = workers === undefined ? parts.notReadyReason : () => reasonOf(workers());
    serveProbes(http, notReadyReason);
    await addScope(http, CONTROL_BASE, (scope) => {
      scope.addHook('onRequest', createTokenGuard(parts.token));
      scope.get('/health', async (_request, reply) => {
        const all = await workers?.();
        const uptime = Math.max(
          Math.round(performance.now() - startedAt) / 1000,
          ...(all ?? []).map((one) => one.uptime),
        );
        const ready = all === undefined ? parts.notReadyReason() === undefined : all.some((worker) => worker.ready);
        return sendJson(reply, { mode, version, uptime, ready, workers: all });
      });
      scope.get('/metrics', async (_request, reply) => {
        const { type, text } = await metrics.render();
        return reply.headers(ownHeaders.others).header('content-type', type).send(toBytes(text));
      });
      serveControls(
        scope,
        controls,
        { readWorld: parts.readWorld, checkChange: createChangeCheck(parts.publicUrl) },
        () => describeControls(controls.list, version),
      );
    });
  },
};

/** A server is ready while one of its workers is: new connections go to any of them, but a restart takes one at a time. */
async function reasonOf(workers: Promise<readonly WorkerHealth[]>): Promise<string | undefined> {
  const all = await workers;
  return all.some(({ ready }) => ready) ? undefined : (all[0]?.reason ?? 'no worker answers');
}

/** Liveness and readiness for orchestrators and load balancers. They reveal nothing, so they require no token. */
function serveProbes(app: FastifyInstance, notReadyReason: () => MaybePromise<string | undefined>): void {
  app.get(`${CONTROL_BASE}/health/live`, (_request, reply) => sendJson(reply, { live: true }));
  app.get(`${CONTROL_BASE}/health/ready`, async (_request, reply) => {
    const reason = await notReadyReason();
    if (reason === undefined) return sendJson(reply, { ready: true });
    return sendJson(reply.code(503), { ready: false, reason });
  });
}
