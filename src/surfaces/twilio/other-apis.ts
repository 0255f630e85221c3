import type { FastifyInstance } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { recordedHeaders, stampRequests } from '../http/twilio-headers.js';
import type { SurfaceParts } from '../surface.js';

/** Versions in paths of Twilio: the later version of this API, and the API of messages and calls. */
const VERSIONS = ['/v2', '/2010-04-01'];

const MAX_PATH_LENGTH = 2000;

/**
 * Refuses paths of Twilio that no capability file describes, unless operations are served there. A 404 would look as if a
 * record did not exist.
 */
export async function refuseOtherApis(
  http: FastifyInstance,
  { clock, nextRequestId }: Pick<SurfaceParts, 'clock' | 'nextRequestId'>,
  served: readonly string[],
): Promise<void> {
  for (const prefix of VERSIONS) {
    if (served.some((base) => base === prefix || base.startsWith(`${prefix}/`))) continue;
    await http.register(
      (scope, _options, done) => {
        stampRequests(scope, clock, nextRequestId, recordedHeaders);
        // Before a body is parsed, whatever its type.
        scope.addHook('onRequest', ({ url }) => {
          throw notServed(url);
        });
        // Nothing is routed here, so that hook runs for every path and method.
        scope.setNotFoundHandler(() => undefined);
        done();
      },
      { prefix },
    );
  }
}

function notServed(url: string): UnderstudyError {
  const path = (url.split('?', 1)[0] ?? '').slice(0, MAX_PATH_LENGTH);
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SIMULATED',
    `${path} is not simulated: no capability file describes it. See "Limits" in the README.`,
  );
}
