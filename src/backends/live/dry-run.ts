import { UnderstudyError } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Backend } from '../../core/operation.js';
import { encode } from './encode.js';

const LONGEST_FORM = 4000;

/** Shows what live mode would send, as the refusal and in the log, and sends nothing. */
export function createDryRun(origin: string, log: Log): Backend {
  return {
    answer(call) {
      const { method, path, headers, body = '' } = encode(call);
      log.info(
        { operation: call.operation.name, method, url: origin + path, headers, body },
        'a dry run sends nothing',
      );
      const form = body === '' ? '' : ` with ${body.slice(0, LONGEST_FORM)}`;
      throw new UnderstudyError(
        'UNDERSTUDY_DRY_RUN',
        `Nothing was sent. It would be: ${method} ${origin}${path}${form}`,
      );
    },
  };
}
