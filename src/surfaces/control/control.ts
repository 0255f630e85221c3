import type { FastifyInstance, FastifyReply } from 'fastify';
import { asBytes } from '../http/response.js';
import { serveControls } from './routes.js';
import { CONTROL_BASE } from './paths.js';
import { describeControls } from './openapi.js';
import type { Controls } from '../../control/registry.js';
import { createTokenGuard } from '../http/credentials.js';

export interface ControlOptions {
  readonly mode: string;
  readonly version: string;
  /** Why this process should get no traffic now; nothing when it may. */
  readonly notReadyReason: () => string | undefined;
  readonly metrics: { render(): Promise<{ readonly type: string; readonly text: string }> };
  readonly controls: Controls;
  readonly token?: string | undefined;
}

/** What concerns the understudy itself, under a prefix that Twilio will never have. */
export async function serveControl(app: FastifyInstance, options: ControlOptions): Promise<void> {
  const { mode, version, notReadyReason, metrics, controls } = options;
  const started = performance.now();
  const guard = createTokenGuard(options.token);
  serveProbes(app, notReadyReason);
  await app.register(
    (scope, _options, done) => {
      scope.addHook('onRequest', (request, _reply, next) => {
        guard(request);
        next();
      });
      scope.get('/health', (_request, reply) => {
        const uptime = Math.round(performance.now() - started) / 1000;
        return sendJson(reply, { mode, version, uptime, ready: notReadyReason() === undefined });
      });
      scope.get('/metrics', async (_request, reply) => {
        const { type, text } = await metrics.render();
        return reply.header('content-type', type).send(asBytes(text));
      });
      serveControls(scope, controls, () => describeControls(controls.list, version));
      done();
    },
    { prefix: CONTROL_BASE },
  );
}

/** For whoever starts this process and sends it traffic. They tell no secret, so that they ask for no token. */
function serveProbes(app: FastifyInstance, notReadyReason: ControlOptions['notReadyReason']): void {
  app.get('/__understudy/health/live', (_request, reply) => sendJson(reply, { live: true }));
  app.get('/__understudy/health/ready', (_request, reply) => {
    const reason = notReadyReason();
    if (reason === undefined) return sendJson(reply, { ready: true });
    return sendJson(reply.code(503), { ready: false, reason });
  });
}

function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(asBytes(JSON.stringify(value)));
}
