import { UnderstudyError } from '../core/errors.js';
import type { Backend, Call } from '../core/operation.js';
import { nameOfRequest } from '../core/passthrough.js';

export interface GuardOptions {
  /** Ids of the operations that may be called; all of them if absent. */
  readonly allow?: ReadonlySet<string> | undefined;
  /** Refuse every method except GET. */
  readonly readOnly: boolean;
  /** Let requests pass that no operation describes. */
  readonly passthrough: boolean;
}

/** Refuses calls that `--allow` or `--read-only` exclude, before they reach the backend. */
export function withGuards({ allow, readOnly, passthrough }: GuardOptions): (backend: Backend) => Backend {
  if (allow === undefined && !readOnly && passthrough) return (backend) => backend;

  function reasonToRefuse({ operation: { id, method }, raw }: Call): string | undefined {
    if (raw !== undefined && !passthrough) {
      return 'no capability file covers the path, and this understudy was started with --no-passthrough';
    }
    if (readOnly && method !== 'GET') return 'it writes, and this understudy was started with --read-only';
    return allow?.has(id) === false ? '--allow does not list it' : undefined;
  }

  return (backend) => ({
    answer(call) {
      const reason = reasonToRefuse(call) ?? (allow && reasonToRefusePath(call.path));
      if (reason === undefined) return backend.answer(call);
      const name = call.raw === undefined ? call.operation.name : nameOfRequest(call.raw);
      const message = `\`${name}\` was refused: ${reason}. Nothing was sent.`;
      throw new UnderstudyError('UNDERSTUDY_NOT_ALLOWED', message);
    },
  });
}

/** Some servers decode slashes before they split a path, so a slash could turn an allowed operation into another one. */
function reasonToRefusePath(path: ReadonlyMap<string, string>): string | undefined {
  const [name] = [...path].find(([, value]) => /[/\\]/.test(value)) ?? [];
  return name && `\`${name}\` contains a slash, which is not permitted with --allow`;
}
