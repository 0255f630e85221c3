import { UnderstudyError } from '../core/errors.js';
import type { Backend, Operation } from '../core/operation.js';

export interface GuardOptions {
  /** Ids of the operations that may be called; all of them if absent. */
  readonly allow?: ReadonlySet<string> | undefined;
  /** Refuse every method except GET. */
  readonly readOnly: boolean;
}

/** Refuses calls that `--allow` or `--read-only` exclude, before they reach the backend. */
export function withGuards({ allow, readOnly }: GuardOptions): (backend: Backend) => Backend {
  if (allow === undefined && !readOnly) return (backend) => backend;

  function reasonToRefuse({ id, method }: Operation): string | undefined {
    if (readOnly && method !== 'GET') return 'it writes, and this understudy was started with --read-only';
    return allow?.has(id) === false ? '--allow does not list it' : undefined;
  }

  return (backend) => ({
    answer(call) {
      const reason = reasonToRefuse(call.operation) ?? (allow && reasonToRefusePath(call.path));
      if (reason === undefined) return backend.answer(call);
      const message = `\`${call.operation.name}\` was refused: ${reason}. Nothing was sent.`;
      throw new UnderstudyError('UNDERSTUDY_NOT_ALLOWED', message);
    },
  });
}

/** Some servers decode slashes before they split a path, so a slash could turn an allowed operation into another one. */
function reasonToRefusePath(path: ReadonlyMap<string, string>): string | undefined {
  const [name] = [...path].find(([, value]) => /[/\\]/.test(value)) ?? [];
  return name && `\`${name}\` contains a slash, which is not permitted with --allow`;
}
