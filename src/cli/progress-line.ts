import { variable } from './environment.js';

/** One line of a terminal that is overwritten while a command works. */
export interface ProgressLine {
  /** Whether there is a terminal that shows the line. */
  readonly isVisible: boolean;
  show(text: string): void;
  /** Removes the line, before other output. */
  clear(): void;
}

export type ProgressOutput = Pick<NodeJS.WriteStream, 'write'> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

const CLEAR_LINE = '\r\u001B[K';
const DEFAULT_COLUMNS = 80;

/** Writes nothing unless the output is a terminal, and nothing in CI. */
export function createProgressLine(output: ProgressOutput = process.stderr): ProgressLine {
  const isVisible = output.isTTY === true && variable('CI') === undefined;
  const write = (text: string): void => {
    if (isVisible) output.write(`${CLEAR_LINE}${text}`);
  };
  return {
    isVisible,
    // A line that is wrapped could not be overwritten.
    show: (text) => write(text.slice(0, (output.columns ?? DEFAULT_COLUMNS) - 1)),
    clear: () => write(''),
  };
}
