import type { Command } from 'commander';

/** One command of `understudy`. `main.ts` lists them all. */
export interface CliCommand<Settings = unknown> {
  /** The words that select it, e.g. `serve` or `seed generate`. */
  readonly name: string;
  readonly description: string;
  /** Heading of the command in `--help`. */
  readonly helpGroup: string;
  /** Command lines that `--help` shows, each with a comment if it needs one. */
  readonly examples?: readonly string[];
  /** Runs when the command line names no command. */
  readonly isDefault?: boolean;
  /** Exit code when the command fails. Default: 1. */
  readonly failureCode?: number;
  /** Declares arguments and flags. */
  configure(command: Command): void;
  /** Reads the parsed arguments and flags, and the environment. */
  readSettings(command: Command): Settings;
  /**
   * Runs the command. Loads what it needs with `import()`, so that `--help` does not load the simulator.
   * Resolves with the exit code, or with undefined if the process must exit only when it has nothing left to do.
   */
  run(settings: Settings): Promise<number | undefined>;
}
