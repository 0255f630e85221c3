import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UnderstudyError } from '../../core/errors.js';
import { packageFile } from '../../util/package-files.js';

/** The built page, both when running from `dist` and, in tests, from `src`. */
const BUILD_DIRECTORY = packageFile('dist/inspector/');

const contentTypes = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

/** Limits the page to its own files and server, and enforces trusted types so that text cannot become markup. */
const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Serves the page without a token: it contains no data, and it sends the token when it loads some. */
export function servePage(scope: FastifyInstance): void {
  scope.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(securityHeaders);
    done();
  });
  scope.get('', (_request, reply) => reply.redirect('/__understudy/', 308));
  scope.get('/', { prefixTrailingSlash: 'slash' }, (request, reply) => {
    const { etag } = readBuildFile('index.html');
    reply.header('cache-control', 'no-cache').header('etag', etag);
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : send(request, reply, 'index.html');
  });
  scope.get('/inspector/:file', (request, reply) => {
    const { file } = request.params as { file: string };
    if (!assetNames().includes(file)) return reply.callNotFound();
    // The build puts a content hash into each file name.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return send(request, reply, `inspector/${file}`);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, name: string): FastifyReply {
  const { bytes, etag } = readBuildFile(name);
  reply
    .header('content-type', contentTypes.get(extname(name)) ?? 'application/octet-stream')
    .header('vary', 'Accept-Encoding');
  const acceptsGzip = /(?:^|[ ,])gzip(?!;q=0(?:\.0*)?(?:,|$))/.test(request.headers['accept-encoding'] ?? '');
  return acceptsGzip ? reply.header('content-encoding', 'gzip').send(compressed(etag, bytes)) : reply.send(bytes);
}

/** By etag. A build has about four files, so only a rebuild during development makes it grow. */
const gzipped = new Map<string, Buffer>();

function compressed(etag: string, bytes: Buffer): Buffer {
  const known = gzipped.get(etag);
  if (known !== undefined) return known;
  if (gzipped.size >= MAX_GZIPPED) gzipped.clear();
  const result = gzipSync(bytes, { level: 9 });
  gzipped.set(etag, result);
  return result;
}

const MAX_GZIPPED = 20;

function readBuildFile(name: string): { readonly bytes: Buffer; readonly etag: string } {
  try {
    const bytes = readFileSync(new URL(name, BUILD_DIRECTORY));
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
  } catch (cause) {
    throw new UnderstudyError('UNDERSTUDY_INTERNAL', 'The inspector page has not been built. Run `npm run build`.', {
      cause,
    });
  }
}

/** The files that may be requested. Comparing with this list rules out path traversal. */
function assetNames(): string[] {
  return readdirSync(new URL('inspector/', BUILD_DIRECTORY));
}
