import type { FastifyInstance } from 'fastify';
import type { Redact } from '../core/redact.js';
import { createHttpApp } from '../surfaces/http/app.js';
import type { Servers } from '../surfaces/surface.js';
import { drain } from './listen.js';
import type { Settings } from './settings.js';
import type { Overrides } from './understudy.js';

/** Creates the HTTP servers. They do not listen yet. */
export function createServers(settings: Settings, redact: Redact, { timeoutMs, writeLog = writeToStderr }: Overrides) {
  const { host, publicUrl, logLevel, clientOrigins } = settings;
  const createServer = (acceptsTwilioHosts: boolean): FastifyInstance =>
    createHttpApp({ host, publicUrl, clientOrigins, acceptsTwilioHosts, logLevel, redact, writeLog, timeoutMs });
  return { http: createServer(true), mcp: createServer(false) } satisfies Servers;
}

/** Closes both servers. Requests in flight may finish within the given time. */
export async function closeServers({ http, mcp }: Servers, drainMs: number): Promise<void> {
  await Promise.all([drain(http, drainMs), drain(mcp, drainMs)]);
}

/** Not stdout: MCP over stdio uses it. */
function writeToStderr(line: string): void {
  process.stderr.write(line);
}
