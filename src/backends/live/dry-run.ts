import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Backend } from '../../core/operation.js';
import { visibleForm } from '../../core/redact.js';
import { encode, urlencoded } from './encode.js';

const MAX_FORM_CHARACTERS = 4000;

/**
 * Sends nothing. Reports the request that live mode would send, in the error and in the log.
 * @param origins the origin for each base URL of an operation
 */
export function createDryRun(origins: ReadonlyMap<string, string>, log: Log): Backend {
  return {
    answer(call) {
      const origin = origins.get(call.operation.baseUri) ?? call.operation.baseUri;
      const { method, path, headers, body: sent = '' } = encode({ ...call, form: visibleForm(call) });
      const body = typeof sent === 'string' ? sent : urlencoded(visibleForm(call));
      log.info(
        { operation: call.operation.name, method, url: origin + path, headers, body },
        'Dry run: the request was not sent',
      );
      const form = body === '' ? '' : ` with ${body.slice(0, MAX_FORM_CHARACTERS)}`;
      throw new UnderstudyError(
        'UNDERSTUDY_DRY_RUN',
        `Dry run, nothing was sent. The request would be: ${method} ${origin}${path}${form}`,
      );
    },
  };
}
