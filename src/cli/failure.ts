import { CommanderError } from 'commander';
import { UnderstudyError } from '../core/errors.js';

/** Prints an error to stderr: one line if the user can fix it, a stack trace if it is a bug. */
export function reportFailure(error: unknown): void {
  process.stderr.write(`understudy: ${describe(error)}\n`);
}

function describe(error: unknown): string {
  if (error instanceof CommanderError && error.code === 'commander.help') return 'a command is missing: see --help';
  if (error instanceof CommanderError) return error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  if (error instanceof UnderstudyError) return `${error.message} (${error.name})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The error of a command that needs a running understudy. `orElse` is the other remedy. */
export function unreachable(url: string, orElse: string, cause: unknown): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_UPSTREAM_UNREACHABLE',
    `no understudy answers at ${url}: start one with \`understudy serve\`, or ${orElse}`,
    { cause },
  );
}
