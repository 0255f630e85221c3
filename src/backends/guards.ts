import { UnderstudyError } from '../core/errors.js';
import type { Backend, Operation } from '../core/operation.js';

export interface GuardOptions {
  /** Names of the operations that may be called; absent: all. */
  readonly allow?: ReadonlySet<string> | undefined;
  /** Refuse everything but GET. */
  readonly readOnly: boolean;
}

/** Puts a guard before a backend: what it does not let through is never asked. */
export function withGuards(backend: Backend, { allow, readOnly }: GuardOptions): Backend {
  if (allow === undefined && !readOnly) return backend;

  function reasonAgainst({ name, method }: Operation): string | undefined {
    if (readOnly && method !== 'GET') return 'it writes, and this understudy was started with --read-only';
    return allow?.has(name) === false ? 'it is not one of those that --allow names' : undefined;
  }

  return {
    answer(call) {
      const reason = reasonAgainst(call.operation) ?? (allow && reasonAgainstPath(call.path));
      if (reason === undefined) return backend.answer(call);
      const message = `\`${call.operation.name}\` was refused: ${reason}. Nothing was sent.`;
      throw new UnderstudyError('UNDERSTUDY_NOT_ALLOWED', message);
    },
  };
}

/** Some servers decode a slash before they split a path: an allowed operation could then reach another one. */
function reasonAgainstPath(path: ReadonlyMap<string, string>): string | undefined {
  const [name] = [...path].find(([, value]) => /[/\\]/.test(value)) ?? [];
  return name && `\`${name}\` holds a slash, which --allow does not let through`;
}
