import type { SuiteOptions } from '../run/run-suite.js';
import { paint, scenarioLine } from './terminal.js';

export interface ProgressOptions {
  readonly total: number;
  /** Whether the output is a terminal, where the current step is shown as well. */
  readonly isTerminal: boolean;
  /** The width of the terminal. */
  readonly columns?: number | undefined;
  readonly colours: boolean;
  readonly write: (text: string) => void;
}

const CLEAR_LINE = '\r\u001B[K';
const DEFAULT_COLUMNS = 80;

/** Writes one line for each finished scenario. On a terminal, the last line shows the current step. */
export function createProgress({
  total,
  isTerminal,
  columns = DEFAULT_COLUMNS,
  colours,
  write,
}: ProgressOptions): Required<Pick<SuiteOptions, 'onStep' | 'onScenario'>> {
  const styles = paint(colours);
  let finished = 0;
  return {
    onStep(_side, scenario, step) {
      if (!isTerminal) return;
      const count = `${finished}/${total}`;
      // A line that is wrapped could not be overwritten.
      const rest = ` ${scenario.name} · ${step.name}`.slice(0, Math.max(0, columns - 1 - count.length));
      write(`${CLEAR_LINE}${styles.faint(count)}${rest}`);
    },
    onScenario(report, count) {
      finished = count;
      write(`${isTerminal ? CLEAR_LINE : ''}${scenarioLine(report, styles)}\n`);
    },
  };
}
