import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../errors.js';
import type { Journal } from '../engine/journal.js';
import { asBytes } from './answer.js';
import { createTokenGuard } from './credentials.js';

export interface ControlOptions {
  readonly mode: string;
  readonly version: string;
  readonly journal: Journal;
  /** Resolves when what is known of the exchanges so far is in the journal. */
  readonly settled: () => Promise<void>;
  readonly token?: string | undefined;
}

/** What concerns the understudy itself, under a prefix that Twilio will never have. */
export async function serveControl(app: FastifyInstance, options: ControlOptions): Promise<void> {
  const { mode, version, journal, settled } = options;
  const started = performance.now();
  const guard = createTokenGuard(options.token);
  await app.register(
    (scope, _options, done) => {
      scope.addHook('onRequest', (request, _reply, next) => {
        guard(request);
        next();
      });
      scope.get('/health', (_request, reply) =>
        sendJson(reply, { mode, version, uptime: Math.round(performance.now() - started) / 1000, ready: true }),
      );
      scope.get('/journal', async (request, reply) => {
        await settled();
        return sendJson(reply, { exchanges: journal.entries(windowOf(request)) });
      });
      scope.delete('/journal', (_request, reply) => {
        journal.clear();
        return reply.code(204).send();
      });
      done();
    },
    { prefix: '/__understudy' },
  );
}

const USUAL_LIMIT = 100;

function windowOf(request: FastifyRequest): { limit: number; after?: number } {
  const limit = numberOf(request, 'limit') ?? USUAL_LIMIT;
  const after = numberOf(request, 'after');
  return after === undefined ? { limit } : { limit, after };
}

function numberOf({ query }: FastifyRequest, name: string): number | undefined {
  const text = (query as URLSearchParams).get(name);
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `\`${name}\` must be a whole number.`);
}

function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.header('content-type', 'application/json').send(asBytes(JSON.stringify(value)));
}
