import type { FastifyInstance, FastifyReply } from 'fastify';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { UnderstudyError } from '../../core/errors.js';
import { packageFile } from '../../util/package-files.js';

/** The built page, whether this runs from `dist` or, in tests, from `src`. */
const BUILT = packageFile('dist/inspector/');

const types = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

/** Nothing but the page's own files runs, is shown or is asked; and no text can become markup. */
const protection = {
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

/** The page itself holds no data and needs no token; what it shows, it asks for with the token. */
export function servePage(scope: FastifyInstance): void {
  scope.addHook('onSend', (_request, reply, _payload, done) => {
    reply.headers(protection);
    done();
  });
  scope.get('', (_request, reply) => reply.redirect('/__understudy/', 308));
  scope.get('/', { prefixTrailingSlash: 'slash' }, (request, reply) => {
    const { bytes, tag } = readBuilt('index.html');
    reply.header('cache-control', 'no-cache').header('etag', tag);
    return request.headers['if-none-match'] === tag ? reply.code(304).send() : send(reply, 'index.html', bytes);
  });
  scope.get('/inspector/:file', (request, reply) => {
    const { file } = request.params as { file: string };
    if (!names().includes(file)) return reply.callNotFound();
    // The build puts a digest into each name, so that a name never means anything else.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    return send(reply, file, readBuilt(`inspector/${file}`).bytes);
  });
}

function send(reply: FastifyReply, name: string, bytes: Buffer): FastifyReply {
  return reply.header('content-type', types.get(extname(name)) ?? 'application/octet-stream').send(bytes);
}

function readBuilt(name: string): { readonly bytes: Buffer; readonly tag: string } {
  try {
    const bytes = readFileSync(new URL(name, BUILT));
    return { bytes, tag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
  } catch (cause) {
    throw new UnderstudyError(
      'UNDERSTUDY_INTERNAL',
      'The inspector page is not built: `npm run build` makes it; a package from the registry has it.',
      { cause },
    );
  }
}

/** Only what the build made can be asked for, so no name leads elsewhere. */
function names(): string[] {
  return readdirSync(new URL('inspector/', BUILT));
}
