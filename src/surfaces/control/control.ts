import type { FastifyInstance } from 'fastify';
import { sendJson, toBytes } from '../http/response.js';
import { ownHeaders } from '../http/twilio-headers.js';
import { addScope } from '../http/scope.js';
import { createTokenGuard } from '../http/token-guard.js';
import type { Surface, SurfaceParts } from '../surface.js';
import { createChangeCheck } from '../http/change-check.js';
import { describeControls } from './openapi.js';
import { CONTROL_BASE } from './paths.js';
import { serveControls } from './routes.js';

/** Health, metrics and the controls, under a prefix that does not occur on Twilio. */
export const controlSurface: Surface = {
  name: 'control',
  async register({ http }, parts) {
    const { mode, version, notReadyReason, metrics, controls } = parts;
    const startedAt = performance.now();
    serveProbes(http, notReadyReason);
    await addScope(http, CONTROL_BASE, (scope) => {
      scope.addHook('onRequest', createTokenGuard(parts.token));
      scope.get('/health', (_request, reply) => {
        const uptime = Math.round(performance.now() - startedAt) / 1000;
        return sendJson(reply, { mode, version, uptime, ready: notReadyReason() === undefined });
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

/** Liveness and readiness for orchestrators and load balancers. They reveal nothing, so they require no token. */
function serveProbes(app: FastifyInstance, notReadyReason: SurfaceParts['notReadyReason']): void {
  app.get(`${CONTROL_BASE}/health/live`, (_request, reply) => sendJson(reply, { live: true }));
  app.get(`${CONTROL_BASE}/health/ready`, (_request, reply) => {
    const reason = notReadyReason();
    if (reason === undefined) return sendJson(reply, { ready: true });
    return sendJson(reply.code(503), { ready: false, reason });
  });
}
